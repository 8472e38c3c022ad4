// bench-far_link MILLISECONDS: joins two network namespaces, "here" and "there", by a link on which
// each packet takes so long, and prints the path of each, as nsenter --net takes it, and its
// address. Both last until standard input ends.

#include "heavy/far_link.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

using caesura::testing::FarLink;

int main(int count, char** values) {
    if (count != 2) {
        std::fprintf(stderr, "usage: bench-far_link MILLISECONDS\n");
        return 2;
    }
    try {
        const FarLink link{std::chrono::milliseconds(std::atoi(values[1]))};
        for (const FarLink::Place place : {FarLink::Place::here, FarLink::Place::there}) {
            std::printf("%s %s\n", link.path(place).c_str(),
                        caesura::address_text(FarLink::address(place)).c_str());
        }
        std::fflush(stdout);
        while (std::getchar() != EOF) {
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "no far link: %s\n", error.what());
        return 1;
    }
}
