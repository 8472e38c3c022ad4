#include "simulation/byte_store.hpp"

#include <caesura/simulation/random.hpp>

#include <doctest/doctest.h>

#include <span>
#include <string>

namespace caesura::simulation {

namespace {

constexpr std::size_t run_length = 100'000; // long enough to be kept as a length

std::string take(ByteStore& store, std::size_t count) {
    std::string room(count, '?');
    store.take(std::as_writable_bytes(std::span(room)));
    return room;
}

} // namespace

TEST_SUITE_BEGIN("byte store");

TEST_CASE("bytes come out as they went in, however they are cut") {
    ByteStore store;
    store.append({});
    CHECK(store.size() == 0);
    store.append(as_slice("abc"));
    store.append(as_slice("defgh"));
    CHECK(store.size() == 8);
    CHECK(take(store, 4) == "abcd");
    store.append(as_slice("i"));
    CHECK(take(store, 5) == "efghi");
    CHECK(store.size() == 0);
}

TEST_CASE("runs of one byte and texts keep their order") {
    ByteStore store;
    store.append(as_slice("before"));
    store.append(as_slice(std::string(run_length, 'r')));
    store.append(as_slice("after"));
    CHECK(store.size() == 6 + run_length + 5);
    CHECK(take(store, 7) == "beforer");
    CHECK(take(store, run_length - 1) == std::string(run_length - 1, 'r'));
    CHECK(take(store, 5) == "after");
}

TEST_CASE("what is cut off at the end is gone, of a text and of a run") {
    ByteStore store;
    store.append(as_slice("text"));
    store.append(as_slice(std::string(run_length, 'r')));
    store.append(as_slice("tail"));
    store.truncate(1'000'000);
    CHECK(store.size() == 8 + run_length);
    store.truncate(4 + run_length + 1);
    store.truncate(4 + 2);
    store.append(as_slice("!"));
    CHECK(take(store, 7) == "textrr!");
    store.append(as_slice("more"));
    CHECK(take(store, 1) == "m");
    store.truncate(2);
    CHECK(take(store, 2) == "or");
    store.append(as_slice("gone"));
    store.truncate(0);
    CHECK(store.size() == 0);
}

TEST_CASE("a store is a string, whatever is done to it in whatever order") {
    ByteStore store;
    std::string model;
    Random random(3);
    for (int step = 0; step < 2000; ++step) {
        const std::size_t length = random.one_in(20) ? run_length : random.below(50'000);
        switch (random.below(4)) {
        case 0:
        case 1: {
            std::string text(length, static_cast<char>('a' + random.below(26)));
            if (!text.empty() && random.one_in(2)) {
                text.back() = '.';
            }
            store.append(as_slice(text));
            model += text;
            break;
        }
        case 2: {
            const std::size_t count = std::min(length * 2, model.size());
            REQUIRE(take(store, count) == model.substr(0, count));
            model.erase(0, count);
            break;
        }
        default:
            if (random.one_in(8)) {
                const std::size_t count = random.below(model.size() + 1);
                store.truncate(count);
                model.resize(count);
            }
        }
        REQUIRE(store.size() == model.size());
    }
}

TEST_SUITE_END();

} // namespace caesura::simulation
