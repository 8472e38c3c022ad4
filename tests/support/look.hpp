#pragma once

#include <caesura/poller.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

/// So that a failing test shows them.
template <>
struct doctest::StringMaker<std::vector<std::string>> {
    static doctest::String convert(const std::vector<std::string>& words) {
        std::string text;
        for (const std::string& word : words) {
            text += '"';
            text += word;
            text += "\" ";
        }
        return text.c_str();
    }
};

namespace caesura::testing {

using Words = std::vector<std::string>;

/// One wait, which must not fail: what it reported, of which nothing may be unasked for.
inline std::vector<Ready> look(Poller& poller, const WatchTable& table, Duration timeout = {},
                               Scope scope = Scope::all) {
    std::vector<Ready> ready;
    const Failure failure = poller.wait(table, scope, timeout, ready);
    REQUIRE_MESSAGE(!failure, describe(failure));
    for (const Ready& one : ready) {
        const Watch* const watch = table.find(one.watch);
        REQUIRE(watch != nullptr);
        REQUIRE((one.readable || one.writable || one.invalid));
        REQUIRE((!one.readable || has(watch->interest, Interest::read)));
        REQUIRE((!one.writable || has(watch->interest, Interest::write | Interest::connect)));
    }
    return ready;
}

/// The same as one word for each of these watches: r, w, e, ! (invalid), or nothing. "rr" would be
/// one that was reported twice.
inline Words told(const std::vector<Ready>& ready, const std::vector<WatchId>& watches) {
    Words words;
    for (const WatchId watch : watches) {
        std::string& word = words.emplace_back();
        for (const Ready& one : ready) {
            if (one.watch == watch) {
                word += one.readable ? "r" : "";
                word += one.writable ? "w" : "";
                word += one.error ? "e" : "";
                word += one.invalid ? "!" : "";
            }
        }
    }
    return words;
}

} // namespace caesura::testing
