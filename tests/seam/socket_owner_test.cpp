#include "seam/recording_sockets.hpp"

#include <caesura/sockets.hpp>
#include <doctest/doctest.h>

#include <type_traits>
#include <utility>
#include <vector>

using namespace caesura;
using caesura::testing::RecordingSockets;

namespace {

using Calls = std::vector<std::string>;

constexpr auto seven = static_cast<Socket>(7);
constexpr auto eight = static_cast<Socket>(8);

} // namespace

static_assert(!std::is_copy_constructible_v<SocketOwner>);
static_assert(!std::is_copy_assignable_v<SocketOwner>);
static_assert(std::is_nothrow_move_constructible_v<SocketOwner>);
static_assert(std::is_nothrow_move_assignable_v<SocketOwner>);
static_assert(!std::is_convertible_v<SocketOwner, bool>);

TEST_CASE("an owner closes its socket once, when it is destroyed") {
    RecordingSockets sockets;
    {
        const SocketOwner owner(sockets, seven);
        CHECK(owner);
        CHECK(owner.get() == seven);
        CHECK(sockets.calls.empty());
    }
    CHECK(sockets.calls == Calls{"close 7"});
}

TEST_CASE("an owner of nothing is false and closes nothing") {
    RecordingSockets sockets;
    {
        SocketOwner nobody;
        CHECK_FALSE(nobody);
        CHECK(nobody.get() == Socket::none);
        nobody.close();
        nobody.abort();
        CHECK(nobody.release() == Socket::none);
        const SocketOwner none(sockets, Socket::none);
        CHECK_FALSE(none);
    }
    CHECK(sockets.calls.empty());
}

TEST_CASE("socket number 0 is a socket like any other") {
    RecordingSockets sockets;
    {
        const SocketOwner owner(sockets, static_cast<Socket>(0));
        CHECK(owner);
    }
    CHECK(sockets.calls == Calls{"close 0"});
}

TEST_CASE("closing is done now, once, and not again at the end") {
    RecordingSockets sockets;
    {
        SocketOwner owner(sockets, seven);
        owner.close();
        CHECK(sockets.calls == Calls{"close 7"});
        CHECK_FALSE(owner);
        owner.close();
        owner.abort();
    }
    CHECK(sockets.calls == Calls{"close 7"});
}

TEST_CASE("aborting is done now, once, and no close follows") {
    RecordingSockets sockets;
    {
        SocketOwner owner(sockets, seven);
        owner.abort();
        CHECK(sockets.calls == Calls{"abort 7"});
        CHECK_FALSE(owner);
        owner.abort();
        owner.close();
    }
    CHECK(sockets.calls == Calls{"abort 7"});
}

TEST_CASE("a socket that was released is not closed") {
    RecordingSockets sockets;
    {
        SocketOwner owner(sockets, seven);
        CHECK(owner.release() == seven);
        CHECK_FALSE(owner);
        CHECK(owner.release() == Socket::none);
    }
    CHECK(sockets.calls.empty());
}

TEST_CASE("a move hands the socket on: it is closed once, by the new owner") {
    RecordingSockets sockets;
    {
        SocketOwner first(sockets, seven);
        {
            const SocketOwner second(std::move(first));
            CHECK(second.get() == seven);
        }
        CHECK(sockets.calls == Calls{"close 7"});
        CHECK_FALSE(first);
    }
    CHECK(sockets.calls == Calls{"close 7"});
}

TEST_CASE("assigning over an owner closes what it had, before it has the other") {
    RecordingSockets sockets;
    {
        SocketOwner owner(sockets, seven);
        SocketOwner other(sockets, eight);
        owner = std::move(other);
        CHECK(sockets.calls == Calls{"close 7"});
        CHECK(owner.get() == eight);
        CHECK_FALSE(other);
        owner = SocketOwner();
        CHECK(sockets.calls == Calls{"close 7", "close 8"});
        CHECK_FALSE(owner);
    }
    CHECK(sockets.calls == Calls{"close 7", "close 8"});
}

TEST_CASE("assigning an owner to itself changes nothing") {
    RecordingSockets sockets;
    {
        SocketOwner owner(sockets, seven);
        SocketOwner& same = owner;
        owner = std::move(same);
        CHECK(sockets.calls.empty());
        CHECK(owner.get() == seven);
    }
    CHECK(sockets.calls == Calls{"close 7"});
}

TEST_CASE("an owner that gets a socket of another system closes it there") {
    RecordingSockets here;
    RecordingSockets there;
    {
        SocketOwner owner(here, seven);
        owner = SocketOwner(there, eight);
    }
    CHECK(here.calls == Calls{"close 7"});
    CHECK(there.calls == Calls{"close 8"});
}

TEST_CASE("an owner can be reached again from within the close, and closes nothing twice") {
    class ReentrantSockets : public RecordingSockets {
    public:
        SocketOwner* owner = nullptr;

        void close(Socket socket) override {
            RecordingSockets::close(socket);
            CHECK_FALSE(*owner);
            owner->close();
        }
    };
    ReentrantSockets sockets;
    SocketOwner owner(sockets, seven);
    sockets.owner = &owner;
    owner.close();
    CHECK(sockets.calls == Calls{"close 7"});
}
