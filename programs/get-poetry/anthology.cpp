#include "get-poetry/collection.hpp"

#include <caesura/host.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace caesura {

namespace {

// What may wait in memory: of one poem, and of all together.
constexpr std::size_t poem_in_memory_max = std::size_t{1} << 20;
constexpr std::size_t all_in_memory_max = std::size_t{4} << 20;

constexpr std::byte new_line{'\n'};

struct Waiting {
    enum class Phase { coming, ended };
    Phase phase = Phase::coming;
    std::vector<std::byte> in_memory;
    std::unique_ptr<ScratchFile> in_file; // once too long for memory; then nothing is in memory
};

class Anthology final : public Collection {
public:
    explicit Anthology(std::size_t poems) : waiting_(poems) {}

    WriteResult add(std::size_t poem, Slice bytes) override {
        if (poem == first_) {
            return print(bytes);
        }
        const Failure failure = store(waiting_[poem], bytes);
        return {failure, failure ? 0 : bytes.size()};
    }

    Failure end(std::size_t poem, bool) override {
        waiting_[poem].phase = Waiting::Phase::ended;
        Failure failure;
        while (!failure && first_ < waiting_.size() &&
               waiting_[first_].phase == Waiting::Phase::ended) {
            is_first_begun_ = false;
            if (++first_ < waiting_.size()) {
                failure = print_stored(waiting_[first_]);
            }
        }
        return failure;
    }

    std::string place_of(std::size_t poem) const override {
        return lost_ || poem <= first_ ? "stdout" : "temporary file";
    }

    bool is_amid_poem() const override { return first_ < waiting_.size() && is_first_begun_; }
    bool take_open_line() override { return std::exchange(last_, new_line) != new_line; }
    bool lost() const override { return lost_; }

private:
    WriteResult print(Slice bytes) {
        if (bytes.empty()) {
            return {};
        }
        const WriteResult written = this_host().standard_output().write(bytes);
        lost_ = lost_ || written;
        if (written.bytes > 0) {
            is_first_begun_ = true;
            last_ = bytes[written.bytes - 1];
        }
        return written;
    }

    Failure store(Waiting& waiting, Slice bytes) {
        const bool fits = waiting.in_memory.size() + bytes.size() <= poem_in_memory_max &&
                          in_memory_ + bytes.size() <= all_in_memory_max;
        if (!waiting.in_file && fits) {
            waiting.in_memory.insert(waiting.in_memory.end(), bytes.begin(), bytes.end());
            in_memory_ += bytes.size();
            return {};
        }
        if (!waiting.in_file) {
            auto file = this_host().scratch_file();
            if (!file) {
                return file.failure();
            }
            waiting.in_file = std::move(*file);
            const auto moved = take_from_memory(waiting);
            if (const Failure failure = waiting.in_file->append(moved)) {
                return failure;
            }
        }
        return waiting.in_file->append(bytes);
    }

    std::vector<std::byte> take_from_memory(Waiting& waiting) {
        in_memory_ -= waiting.in_memory.size();
        return std::exchange(waiting.in_memory, {});
    }

    Failure print_stored(Waiting& waiting) {
        if (!waiting.in_file) {
            return print(take_from_memory(waiting));
        }
        const auto file = std::exchange(waiting.in_file, nullptr);
        std::vector<std::byte> room(std::size_t{64} * 1024);
        std::uint64_t offset = 0;
        while (true) {
            const auto read = file->read(offset, room);
            if (!read) {
                return read.failure();
            }
            if (*read == 0) {
                return {};
            }
            if (const Failure failure = print(Slice(room).first(*read))) {
                return failure;
            }
            offset += *read;
        }
    }

    std::vector<Waiting> waiting_;
    std::size_t first_ = 0;       // the first unfinished poem, which is printed as it comes
    bool is_first_begun_ = false; // some of that one is printed
    std::byte last_ = new_line;   // of what is printed; where there is nothing, a line begins
    std::size_t in_memory_ = 0;
    bool lost_ = false; // true exactly since stdout could not be written
};

} // namespace

std::unique_ptr<Collection> make_anthology(std::size_t poems) {
    return std::make_unique<Anthology>(poems);
}

} // namespace caesura
