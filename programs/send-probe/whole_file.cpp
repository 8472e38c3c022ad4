#include "send-probe/whole_file.hpp"

#include "common/standard_path.hpp"

#include <caesura/host.hpp>

namespace caesura::probe {

namespace {

Failure write(const std::string& path, std::string_view text) {
    auto output = this_host().open_output(path, OutputMode::replace);
    return output ? Failure((*output)->write(as_slice(text))) : output.failure();
}

} // namespace

Failure write_whole(const std::string& path, std::string_view text) {
    std::error_code ignored;
    const auto target = std::filesystem::status(standard_path(path), ignored);
    if (std::filesystem::exists(target) && !std::filesystem::is_regular_file(target)) {
        return write(path, text);
    }
    const std::string part = path + ".part";
    Failure failure = write(part, text);
    if (!failure) {
        failure = this_host().rename(part, path);
    }
    if (failure && std::filesystem::is_regular_file(standard_path(part), ignored)) {
        std::filesystem::remove(standard_path(part), ignored);
    }
    return failure;
}

} // namespace caesura::probe
