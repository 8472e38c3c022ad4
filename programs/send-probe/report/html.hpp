#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace caesura::probe {

/// A piece of a page. It is made of text, which is escaped, and of elements, and of nothing else:
/// what comes from a file cannot become markup. The page is HTML and well-formed XML at once.
class Html {
public:
    Html() = default;
    /// Text from anywhere; what cannot stand in a page is written as printable() does.
    Html(std::string_view text);
    Html(const std::string& text) : Html(std::string_view(text)) {}
    Html(const char* text) : Html(std::string_view(text)) {}

    Html& operator+=(const Html& more);
    friend Html operator+(Html one, const Html& more) { return one += more; }

    bool empty() const { return markup_.empty(); }
    const std::string& markup() const { return markup_; }

    /// What this program itself says, as markup: never anything that was read.
    static Html ours(std::string_view markup);

private:
    std::string markup_;
};

struct Attribute {
    std::string_view name;
    std::string value;
};
using Attributes = std::vector<Attribute>;

/// <name attributes>inner</name>
Html element(std::string_view name, const Attributes& attributes, const Html& inner);
/// <name attributes/>, for what never has anything in it.
Html lone_element(std::string_view name, const Attributes& attributes);

/// A paragraph.
Html paragraph(const Html& inner);

} // namespace caesura::probe
