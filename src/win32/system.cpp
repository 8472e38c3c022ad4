#include <caesura/system.hpp>

#include "berkeley/system.hpp"
#include "win32/pollers.hpp"

namespace caesura {

namespace {

constexpr PollerMaker pollers[] = {
    {"wsapoll", make_wsa_poller},
    {"select", make_winsock_select_poller},
};

} // namespace

System& this_system() {
    // Never destroyed: sockets of static objects may be closed after main has ended, and a clean-up
    // of Winsock would reset those that are still to deliver what they were given.
    static BerkeleySystem& system = *new BerkeleySystem(pollers);
    return system;
}

} // namespace caesura
