#pragma once

#include <caesura/system.hpp>

namespace caesura::testing {

/// Whose habits a system has, where the contract leaves room and real systems differ.
enum class Kin { posix, windows };

/// The system that the whole suite runs on.
struct SystemUnderTest {
    System& system;
    Kin kin;
    /// The major version of the Wine below, where it is known to be one; 0: none.
    int wine = 0;
    /// Short counts and would-blocks come by chance, as the contract allows, and no real system
    /// does.
    bool is_fickle = false;
};

/// Asked once for each World. A program holds one definition, so the same cases run on the real
/// system and, linked with another definition, on any other.
SystemUnderTest system_under_test();

} // namespace caesura::testing
