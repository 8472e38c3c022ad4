#include "connection/states_page.hpp"

#include <iostream>

// print-states > docs/STATES.md
int main() {
    std::cout << caesura::testing::states_page() << std::flush;
    return std::cout ? 0 : 1;
}
