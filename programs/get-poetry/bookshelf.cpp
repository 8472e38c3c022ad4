#include "get-poetry/collection.hpp"

#include <caesura/host.hpp>

#include <utility>

namespace caesura {

namespace {

class Bookshelf final : public Collection {
public:
    explicit Bookshelf(std::vector<std::string> paths)
        : paths_(std::move(paths)), parts_(paths_.size()) {}

    WriteResult add(std::size_t poem, Slice bytes) override {
        if (const Failure failure = open(poem)) {
            return {failure, 0};
        }
        return parts_[poem]->write(bytes);
    }

    Failure end(std::size_t poem, bool whole) override {
        if (!whole) {
            parts_[poem].reset();
            return {};
        }
        // A poem of no bytes is one too.
        if (const Failure failure = open(poem)) {
            return failure;
        }
        parts_[poem].reset();
        return this_host().rename(part_path(poem), paths_[poem]);
    }

    std::string place_of(std::size_t poem) const override { return part_path(poem); }
    bool is_amid_poem() const override { return false; }
    bool take_open_line() override { return false; }
    bool lost() const override { return false; }

private:
    std::string part_path(std::size_t poem) const { return paths_[poem] + ".part"; }

    Failure open(std::size_t poem) {
        if (!parts_[poem]) {
            auto output = this_host().open_output(part_path(poem), OutputMode::replace);
            if (!output) {
                return output.failure();
            }
            parts_[poem] = std::move(*output);
        }
        return {};
    }

    std::vector<std::string> paths_;
    std::vector<std::unique_ptr<Output>> parts_;
};

} // namespace

std::unique_ptr<Collection> make_bookshelf(std::vector<std::string> paths) {
    return std::make_unique<Bookshelf>(std::move(paths));
}

} // namespace caesura
