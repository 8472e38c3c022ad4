#include "simulate/program.hpp"

int main(int count, char** values) {
    return caesura::simulate_program(count, values, caesura::run_seed);
}
