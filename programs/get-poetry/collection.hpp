#pragma once

#include <caesura/bytes.hpp>
#include <caesura/file.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace caesura {

/// Where fetched poems go. Poems are known by their place in the order asked for.
class Collection {
public:
    virtual ~Collection() = default;

    /// The next bytes of a poem. A failure concerns this poem; it must be ended then.
    virtual WriteResult add(std::size_t poem, Slice bytes) = 0;
    /// No more of this poem; `whole` when it came to its end. Exactly once for each.
    virtual Failure end(std::size_t poem, bool whole) = 0;
    /// For a message: where a poem that failed was going.
    virtual std::string place_of(std::size_t poem) const = 0;
    /// Whether a poem stands half printed: no line may come between its own then.
    virtual bool is_amid_poem() const = 0;
    /// Whether what was printed last has left its line open. Whoever asks ends it.
    virtual bool take_open_line() = 0;
    /// Whether no poem can be taken any more, as when nobody reads stdout.
    virtual bool lost() const = 0;
};

/// Prints the poems in the order asked for: the first unfinished one as it comes; the later ones
/// wait, in memory while they are short, else in temporary files.
std::unique_ptr<Collection> make_anthology(std::size_t poems);

/// Writes each poem to its own file: to `PATH.part`, which gets its name only when whole.
std::unique_ptr<Collection> make_bookshelf(std::vector<std::string> paths);

} // namespace caesura
