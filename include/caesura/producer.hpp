#pragma once

#include <cstdint>

namespace caesura {

/// How a producer works.
enum class Producing : std::uint8_t {
    push, // it writes whenever it has something, and is told when to pause and when to go on
    pull  // it writes once each time it is asked to, and is asked whenever nothing waits
};

/// Who writes more than fits into memory: told by the transport when there is room and when there
/// is none (Transport::register_producer). All calls come on the reactor's thread, never from
/// within a call to the transport. An exception out of one of them aborts the connection.
class Producer {
public:
    virtual ~Producer() = default;

    /// Push: go on writing. Pull: write the next piece, or end with unregister_producer.
    virtual void resume_producing() = 0;
    /// Push only: the queue is above its high mark. What is written all the same is queued.
    virtual void pause_producing() {}
    /// The connection has gone, or takes no more: write nothing, ever again. The last call.
    virtual void stop_producing() = 0;
};

} // namespace caesura
