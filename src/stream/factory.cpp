#include <caesura/protocol.hpp>

#include <utility>

namespace caesura {

namespace {

using Build = std::function<std::unique_ptr<Protocol>(const Endpoint&)>;

class FunctionFactory final : public Factory {
public:
    explicit FunctionFactory(Build build) : build_(std::move(build)) {}
    std::unique_ptr<Protocol> build_protocol(const Endpoint& peer) override { return build_(peer); }

private:
    Build build_;
};

} // namespace

std::shared_ptr<Factory> factory_of(Build build) {
    return std::make_shared<FunctionFactory>(std::move(build));
}

} // namespace caesura
