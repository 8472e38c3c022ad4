#include "send-probe/report/html.hpp"

#include "common/text.hpp"

namespace caesura::probe {

namespace {

// Two code points are UTF-8 but no characters of XML: U+FFFE and U+FFFF.
bool is_no_character(std::string_view text) {
    return text.substr(0, 3) == "\xEF\xBF\xBE" || text.substr(0, 3) == "\xEF\xBF\xBF";
}

std::string escaped(std::string_view text) {
    const std::string fit = printable(text, text.size());
    std::string markup;
    for (std::size_t i = 0; i < fit.size(); ++i) {
        const char c = fit[i];
        if (c == '&') {
            markup += "&amp;";
        } else if (c == '<') {
            markup += "&lt;";
        } else if (c == '>') {
            markup += "&gt;";
        } else if (c == '"') {
            markup += "&quot;";
        } else if (c == '\'') {
            markup += "&#39;";
        } else if (is_no_character(std::string_view(fit).substr(i))) {
            markup += '?';
            i += 2;
        } else {
            markup += c;
        }
    }
    return markup;
}

std::string start_of(std::string_view name, const Attributes& attributes) {
    std::string markup = "<" + std::string(name);
    for (const Attribute& one : attributes) {
        markup += " " + std::string(one.name) + "=\"" + escaped(one.value) + "\"";
    }
    return markup;
}

} // namespace

Html::Html(std::string_view text) : markup_(escaped(text)) {}

Html& Html::operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
}

Html Html::ours(std::string_view markup) {
    Html html;
    html.markup_ = markup;
    return html;
}

Html element(std::string_view name, const Attributes& attributes, const Html& inner) {
    return Html::ours(start_of(name, attributes) + ">" + inner.markup() + "</" + std::string(name) +
                      ">");
}

Html lone_element(std::string_view name, const Attributes& attributes) {
    return Html::ours(start_of(name, attributes) + "/>");
}

Html paragraph(const Html& inner) {
    return element("p", {}, inner);
}

} // namespace caesura::probe
