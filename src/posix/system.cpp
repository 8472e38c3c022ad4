#include <caesura/system.hpp>

#include "berkeley/system.hpp"
#include "posix/pollers.hpp"

namespace caesura {

namespace {

constexpr PollerMaker pollers[] = {
    {"select", make_select_poller},
    {"poll", make_poll_poller},
};

} // namespace

System& this_system() {
    // Never destroyed: sockets of static objects may be closed after main has ended.
    static BerkeleySystem& system = *new BerkeleySystem(pollers);
    return system;
}

} // namespace caesura
