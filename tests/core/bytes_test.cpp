#include <caesura/bytes.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace caesura;

namespace {

constexpr auto everything = std::numeric_limits<std::size_t>::max();

// Long enough to live on the heap, where moving it moves no byte.
const std::string poem =
    "Wir sind die Treibenden. Aber den Schritt der Zeit, nehmt ihn als Kleinigkeit";

std::string text_of(const SharedBytes& bytes) {
    return std::string(as_text(bytes.slice()));
}

} // namespace

TEST_CASE("text seen as bytes and back is the same text, zeros and high bytes included") {
    const std::string text("a\0\xff\r\n", 5);
    const Slice slice = as_slice(text);
    REQUIRE(slice.size() == 5);
    CHECK(slice[1] == std::byte{0});
    CHECK(slice[2] == std::byte{0xff});
    CHECK(as_text(slice) == text);
    CHECK(as_text(slice).data() == text.data());
    CHECK(as_text(as_slice("")).empty());
    CHECK(as_text(Slice()).empty());
}

TEST_CASE("shared bytes made of nothing are empty") {
    CHECK(SharedBytes().empty());
    CHECK(SharedBytes(std::string()).empty());
    CHECK(SharedBytes(std::vector<std::byte>()).empty());
    CHECK(SharedBytes::copy_of(Slice()).empty());
    CHECK(SharedBytes(nullptr, Slice()).empty());
    CHECK(SharedBytes().size() == 0);
    CHECK(SharedBytes().part(0, everything).empty());
}

TEST_CASE("a text is taken over, not copied") {
    std::string text = poem;
    const char* const where = text.data();
    const SharedBytes bytes(std::move(text));
    CHECK(text_of(bytes) == poem);
    CHECK(as_text(bytes.slice()).data() == where);
}

TEST_CASE("a text too short for the heap is taken over all the same") {
    SharedBytes bytes(std::string("ode"));
    const SharedBytes copy = bytes;
    const SharedBytes moved = std::move(bytes);
    CHECK(text_of(moved) == "ode");
    CHECK(text_of(copy) == "ode");
    CHECK(copy.slice().data() == moved.slice().data());
}

TEST_CASE("a vector of bytes is taken over, not copied") {
    std::vector<std::byte> source(1000, std::byte{7});
    const std::byte* const where = source.data();
    const SharedBytes bytes(std::move(source));
    CHECK(bytes.size() == 1000);
    CHECK(bytes.slice().data() == where);
    CHECK(bytes.slice().back() == std::byte{7});
}

TEST_CASE("only copy_of copies: what it was made of may change or go") {
    std::string text = poem;
    const SharedBytes bytes = SharedBytes::copy_of(as_slice(text));
    CHECK(as_text(bytes.slice()).data() != text.data());
    text.assign(text.size(), '?');
    CHECK(text_of(bytes) == poem);
}

TEST_CASE("copies share the bytes") {
    const SharedBytes bytes{poem};
    const std::vector<SharedBytes> clients(1000, bytes);
    for (const SharedBytes& client : clients) {
        REQUIRE(client.slice().data() == bytes.slice().data());
    }
}

TEST_CASE("bytes of another owner live exactly as long as somebody shares them") {
    auto owner = std::make_shared<const std::string>(poem);
    const std::weak_ptr<const std::string> watcher = owner;
    SharedBytes bytes(owner, as_slice(*owner));
    owner.reset();
    SharedBytes tail = bytes.part(4, everything);
    CHECK_FALSE(watcher.expired());
    bytes = SharedBytes();
    CHECK(text_of(tail) == poem.substr(4));
    tail = SharedBytes();
    CHECK(watcher.expired());
}

TEST_CASE("a part is where it says, and nothing is copied for it") {
    const SharedBytes bytes{poem};
    const SharedBytes part = bytes.part(4, 4);
    CHECK(text_of(part) == "sind");
    CHECK(part.slice().data() == bytes.slice().data() + 4);
    CHECK(text_of(part.part(1, 2)) == "in");
}

TEST_CASE("a part outlives what it is a part of") {
    SharedBytes part;
    {
        const SharedBytes bytes{poem};
        part = bytes.part(9, 3);
    }
    CHECK(text_of(part) == "die");
}

TEST_CASE("a part is clamped to what is there, for every offset and length") {
    const std::string text = "caesura";
    const SharedBytes bytes{text};
    for (std::size_t offset = 0; offset <= text.size() + 2; ++offset) {
        for (std::size_t length = 0; length <= text.size() + 2; ++length) {
            const std::string expected =
                offset > text.size() ? std::string() : text.substr(offset, length);
            REQUIRE(text_of(bytes.part(offset, length)) == expected);
        }
        REQUIRE(text_of(bytes.part(offset, everything)) ==
                (offset > text.size() ? std::string() : text.substr(offset)));
    }
    CHECK(bytes.part(everything, everything).empty());
    CHECK(bytes.part(1, everything).size() == text.size() - 1);
}

TEST_CASE("copies may be made, read and dropped in several threads at once") {
    const SharedBytes bytes{poem};
    std::vector<std::size_t> seen(4);
    std::vector<std::thread> threads;
    for (std::size_t& count : seen) {
        threads.emplace_back([bytes, &count] {
            for (std::size_t i = 0; i < 1000; ++i) {
                const SharedBytes part = bytes.part(i % poem.size(), 1);
                count += part.slice().front() == bytes.slice()[i % poem.size()] ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(seen == std::vector<std::size_t>(4, 1000));
}

TEST_CASE("a range of a file is nothing of no file until it is told otherwise") {
    const FileRange range;
    CHECK(range.file == nullptr);
    CHECK(range.offset == 0);
    CHECK(range.length == 0);
}
