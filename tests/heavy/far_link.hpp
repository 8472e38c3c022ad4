#pragma once

#include <caesura/endpoint.hpp>
#include <caesura/time.hpp>

#include <memory>
#include <string>

namespace caesura::testing {

// Two places that are far from each other, on one machine: two network namespaces that nobody else
// has, each with a loopback of its own and a TUN device, and a thread that carries each packet from
// one device to the other after a while. None is lost. (A proxy would not do: it ends a connection
// nearby, and what is measured is how a system sends to somebody far.)
class FarLink {
public:
    enum class Place : bool { here, there };

    // `one_way` is what each packet takes. std::runtime_error says why it cannot be made: that
    // takes Linux, TUN and the rights of root.
    explicit FarLink(Duration one_way);
    ~FarLink();

    // An address of that place, that can be reached from both.
    static Endpoint address(Place place);
    // The namespace of that place, as a path that nsenter(1) takes while this process lives.
    std::string path(Place place) const;

    // As long as this is there the thread that made it is in that place: sockets that it opens and
    // children that it starts are, and remain so.
    class Stay {
    public:
        Stay(const FarLink& link, Place place);
        Stay(const Stay&) = delete;
        Stay& operator=(const Stay&) = delete;
        ~Stay();

    private:
        int home_;
    };

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace caesura::testing
