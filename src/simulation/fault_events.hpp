#pragma once

namespace caesura::simulation {

class Network;

/// Has something happen to the network, after a while, and again and again: one of the faults that
/// befall machines, links and connections, not calls. Ends when none of them is active any more.
/// Nothing, when it has begun and not ended.
void begin_fault_events(Network& network);
/// Gives machines and links back what they had.
void undo_fault_events(Network& network);

} // namespace caesura::simulation
