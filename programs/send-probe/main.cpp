#include "send-probe/commands.hpp"
#include "send-probe/settings.hpp"

#include "common/run_program.hpp"

int main(int count, char** values) {
    return caesura::run_program<caesura::probe::Settings>("send-probe", count, values,
                                                          caesura::probe::carry_out);
}
