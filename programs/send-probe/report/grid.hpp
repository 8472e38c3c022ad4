#pragma once

#include "send-probe/report/html.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace caesura::probe {

/// What a cell says beside its text. Never by colour alone: the text says it too.
enum class Tone : unsigned char {
    plain,
    number, // to the right
    good,
    mixed,
    bad,
    faint // nothing is known, or nothing applies
};

struct Cell {
    Html content;
    Tone tone = Tone::plain;
    std::size_t columns = 1; // that it spans
};

/// A table of a page, in a box of its own that scrolls where it is too wide, and with a bound on
/// its rows: what is left out is said.
class Grid {
public:
    /// What it is a table of, for people who do not see the page; and how many cells of a row, from
    /// the left, say which row it is.
    Grid(std::string label, std::size_t keys) : label_(std::move(label)), keys_(keys) {}

    /// A line of the head; there may be two.
    void head(const std::vector<Cell>& cells);
    void row(const std::vector<Cell>& cells);
    /// A line that begins a group of rows.
    void group(const std::string& title, std::size_t columns);

    Html html() const;

private:
    std::string label_;
    std::size_t keys_;
    Html head_;
    Html rows_;
    std::size_t count_ = 0;
};

} // namespace caesura::probe
