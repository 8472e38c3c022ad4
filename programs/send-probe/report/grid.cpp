#include "send-probe/report/grid.hpp"

namespace caesura::probe {

namespace {

// More than anybody reads, and few enough for a page that opens at once.
constexpr std::size_t most_rows = 500;

std::string class_of(Tone tone) {
    switch (tone) {
    case Tone::number:
        return "number";
    case Tone::good:
        return "good";
    case Tone::mixed:
        return "mixed";
    case Tone::bad:
        return "bad";
    case Tone::faint:
        return "faint";
    case Tone::plain:
        break;
    }
    return {};
}

Html cell_element(const Cell& cell, const char* name, const char* scope) {
    Attributes attributes;
    if (cell.tone != Tone::plain) {
        attributes.push_back({"class", class_of(cell.tone)});
    }
    if (scope != nullptr) {
        attributes.push_back({"scope", scope});
    }
    if (cell.columns != 1) {
        attributes.push_back({"colspan", std::to_string(cell.columns)});
    }
    return element(name, attributes, cell.content);
}

} // namespace

void Grid::head(const std::vector<Cell>& cells) {
    Html line;
    for (const Cell& cell : cells) {
        line += cell_element(cell, "th", cell.columns == 1 ? "col" : "colgroup");
    }
    head_ += element("tr", {}, line);
}

void Grid::row(const std::vector<Cell>& cells) {
    if (++count_ > most_rows) {
        return;
    }
    Html line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line +=
            i < keys_ ? cell_element(cells[i], "th", "row") : cell_element(cells[i], "td", nullptr);
    }
    rows_ += element("tr", {}, line);
    rows_ += Html::ours("\n");
}

void Grid::group(const std::string& title, std::size_t columns) {
    if (count_ < most_rows) {
        const Attributes spans{{"colspan", std::to_string(columns)}, {"scope", "rowgroup"}};
        rows_ +=
            element("tr", {{"class", "group"}}, element("th", spans, element("span", {}, title)));
    }
}

Html Grid::html() const {
    const Html table =
        element("table", {}, element("thead", {}, head_) + element("tbody", {}, rows_));
    Html all = element(
        "div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", label_}},
        table);
    if (count_ > most_rows) {
        all += paragraph(std::to_string(count_ - most_rows) +
                         " more rows are left out here; the files have them.");
    }
    return all;
}

} // namespace caesura::probe
