// fuzz-replay CORPUS: gives each file of each target's folder to that target, as its fuzzer would.
// A target that finds something ends the process; the last line says with which file.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <string>

// The targets' LLVMFuzzerTestOneInput, which the build renames here so that they fit in one
// program.
extern "C" {
int fuzz_address(const std::uint8_t* data, std::size_t size);
int fuzz_connection(const std::uint8_t* data, std::size_t size);
int fuzz_options(const std::uint8_t* data, std::size_t size);
int fuzz_wire(const std::uint8_t* data, std::size_t size);
}

namespace {

struct Target {
    const char* name;
    int (*run)(const std::uint8_t* data, std::size_t size);
};

constexpr Target targets[] = {
    {"address", fuzz_address},
    {"connection", fuzz_connection},
    {"options", fuzz_options},
    {"wire", fuzz_wire},
};

bool replay(const Target& target, const std::filesystem::path& path) {
    std::cout << target.name << ' ' << path.filename().string() << std::endl;
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file) {
        std::cout << "Cannot read " << path.string() << '\n';
        return false;
    }
    target.run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return true;
}

bool replay_all(const Target& target, const std::filesystem::path& corpus) {
    const std::filesystem::path folder = corpus / target.name;
    std::error_code error;
    std::set<std::filesystem::path> files;
    for (std::filesystem::directory_iterator it(folder, error), end; it != end;
         it.increment(error)) {
        files.insert(it->path());
    }
    if (error || files.empty()) {
        std::cout << folder.string() << " holds no file, so nothing was replayed\n";
        return false;
    }
    for (const std::filesystem::path& path : files) {
        if (!replay(target, path)) {
            return false;
        }
    }
    std::cout << target.name << ": " << files.size() << " files" << std::endl;
    return true;
}

} // namespace

int main(int count, char** values) {
    if (count != 2) {
        std::cout << "usage: fuzz-replay CORPUS\n";
        return 2;
    }
    bool all = true;
    for (const Target& target : targets) {
        all = replay_all(target, values[1]) && all;
    }
    return all ? 0 : 1;
}
