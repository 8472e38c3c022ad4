// What a report is drawn and written with, which knows nothing of probes.

#include "send-probe/report/grid.hpp"
#include "send-probe/report/html.hpp"
#include "send-probe/report/plot.hpp"
#include "send-probe/report/scale.hpp"
#include "send-probe/report/turns.hpp"
#include "send-probe/report/units.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace caesura::probe;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

std::string drawn(const std::vector<PlotPoint>& points) {
    return draw({"a plot", "x", "y", "cut", {{"one", points, 0, Stroke::solid, true}}}).markup();
}

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

} // namespace

TEST_CASE("text cannot become markup, whatever is in it") {
    CHECK(Html("a < b & \"c\" > 'd'").markup() == "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
    CHECK(Html("caf\xC3\xA9").markup() == "caf\xC3\xA9");
    // Neither what is no UTF-8, nor control characters, nor what XML has no character for.
    CHECK(Html(std::string("\xFF\x1B\0", 3)).markup() == "\\xff\\x1b\\x00");
    CHECK(Html("\xEF\xBF\xBF!").markup() == "?!");
    CHECK(element("td", {{"title", "\"><script>"}}, "<b>").markup() ==
          "<td title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;</td>");
    CHECK(lone_element("br", {}).markup() == "<br/>");
}

TEST_CASE("numbers are grouped, and sizes are as short as they are exact") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(-1234) == "-1,234");
    CHECK(grouped(67'108'864) == "67,108,864");
    CHECK(grouped(INT64_MIN) == "-9,223,372,036,854,775,808");
    CHECK(size_text(0) == "0 B");
    CHECK(size_text(1448) == "1,448 B");
    CHECK(size_text(65536) == "64 KiB");
    CHECK(size_text(std::int64_t{1} << 62) == "4 EiB");
    CHECK(rough_text(0) == "0 B");
    CHECK(rough_text(999) == "999 B");
    CHECK(rough_text(1000) == "1.00 kB");
    CHECK(rough_text(15'168) == "15.2 kB");
    CHECK(rough_text(999'600) == "1.00 MB");
    CHECK(rough_text(3'919'467) == "3.92 MB");
    CHECK(setting_text(std::string("unset")) == "unset");
    CHECK(setting_text(std::string("8192")) == "8 KiB");
    CHECK(setting_text(std::string(30, '9')) == std::string(30, '9'));
    CHECK(setting_text(Unknown{}) == "?");
    CHECK(cell_text(Unknown{}) == "?");
    CHECK(off_text(110, 100) == "+10 %");
    CHECK(off_text(1, 100) == "-99 %");
    CHECK(off_text(1e9, 1) == ">999 %");
    CHECK(off_text(1, 0) == ">999 %");
    CHECK(off_text(0, 0) == ">999 %");
}

TEST_CASE("a scale has few ticks, and every value within it, whatever the values") {
    const std::vector<std::vector<std::uint64_t>> cases{
        {}, {0}, {1}, {7}, {most}, {0, 1}, {1, most}, {1, 1 << 26}, {5, 6}, {1, 63}, {1000, 1000}};
    for (const auto& values : cases) {
        const Scale scale(values, 100, 20);
        const auto ticks = scale.ticks();
        CHECK(ticks.size() >= 1);
        CHECK(ticks.size() <= 8);
        for (const Scale::Tick& tick : ticks) {
            CHECK(tick.at >= 20);
            CHECK(tick.at <= 100);
        }
        for (const std::uint64_t value : values) {
            CHECK(std::isfinite(scale.at(value)));
            CHECK(scale.at(value) >= 20);
            CHECK(scale.at(value) <= 100);
        }
    }
    const auto ticks = Scale({1, std::uint64_t{1} << 26}, 0, 260).ticks();
    REQUIRE(ticks.size() == 7);
    CHECK(ticks[0].text == "1 B");
    CHECK(ticks[2].text == "256 B");
    CHECK(ticks[2].at == doctest::Approx(80));
    CHECK(ticks[6].text == "16 MiB");
}

TEST_CASE("a plot of nothing, of one point, of zeros and of the largest numbers is a plot") {
    const std::vector<std::vector<PlotPoint>> cases{
        {},
        {{0, 0}},
        {{0, 5}},
        {{1, 0}},
        {{1, 1}},
        {{64, 23'360}, {65'536, 0}, {std::uint64_t{1} << 26, std::uint64_t{1} << 62}},
        {{most, most}, {1, 1}}};
    for (const auto& points : cases) {
        const std::string svg = drawn(points);
        CHECK_FALSE(contains(svg, "nan"));
        CHECK_FALSE(contains(svg, "inf"));
        CHECK_FALSE(contains(svg, "-nan"));
        CHECK(count_of(svg, "<svg") == 2); // and the legend's
    }
}

TEST_CASE("a plot says what was cut short by hollow markers, and which line is which by strokes") {
    CHECK_FALSE(contains(drawn({{1, 1}, {2, 2}}), "open"));
    const std::string svg = drawn({{1, 1}, {2, 2, true}});
    CHECK(count_of(svg, "mark open") == 2); // the point, and the legend's
    CHECK(contains(svg, "<span>cut</span>"));
    const Plot two{"",
                   "",
                   "",
                   "",
                   {{"<one>", {{1, 1}, {4, 4}}, 0, Stroke::solid, true},
                    {"two", {{1, 2}, {4, 8}}, 9, Stroke::dashed, false}}};
    const std::string both = draw(two).markup();
    CHECK(contains(both, "&lt;one&gt;"));
    CHECK(contains(both, "curve dashed s2"));
    CHECK(count_of(both, "<polygon") == 3); // two points, and the legend's: the other has none
    CHECK(contains(drawn({{1, 0}, {2, 2}}), "0 B"));
}

TEST_CASE("a plot against settings has them side by side, and no more names than can be read") {
    Plot plot{"",
              "",
              "",
              "",
              {{"one", {{1, 4}, {2, 8}, {3, 4}}, 0, Stroke::solid, true}},
              false,
              {"unset", "<0>", "64 KiB"}};
    const std::string svg = draw(plot).markup();
    for (const char* const name : {">unset<", ">&lt;0&gt;<", ">64 KiB<"}) {
        CHECK_MESSAGE(count_of(svg, name) == 1, name);
    }
    // Evenly from 96 to 454.
    CHECK(contains(svg, "points=\"155.7,268 275,14 394.3,268\""));
    plot.x_names.assign(12, "many");
    CHECK(count_of(draw(plot).markup(), ">many<") == 6);
}

TEST_CASE("curves that lie on each other take turns, and others are whole") {
    const Curve steps{{0, 9}, {10, 9}, {20, 9}, {30, 9}};
    const Curve near{{0, 8}, {10, 8}, {20, 8}, {30, 40}};
    const Turns turns({steps, near, {{0, 90}, {30, 90}}, steps, {}, {}});
    const auto points_of = [&turns](std::size_t curve, std::size_t points) {
        std::string text;
        for (std::size_t i = 0; i < points; ++i) {
            text += turns.has_point(curve, i) ? "x" : "-";
        }
        return text;
    };
    CHECK(points_of(0, 4) == "x---"); // at the last, which two share, it is the other's turn
    CHECK(points_of(1, 4) == "-x-x");
    CHECK(points_of(2, 2) == "xx");
    CHECK(points_of(3, 4) == "--xx");
    CHECK(turns.has_line(1, 2)); // away from the others
    CHECK(turns.has_line(2, 0));
    CHECK_FALSE(turns.lies_on(0));
    CHECK_FALSE(turns.lies_on(1));
    CHECK(turns.lies_on(3) == 0);
    CHECK_FALSE(turns.lies_on(5)); // nothing lies on nothing
}

TEST_CASE("of two equal curves both can be seen, and the legend says where the second is") {
    const std::vector<PlotPoint> points{{1, 5}, {2, 5}, {4, 5}, {8, 5}};
    const Plot plot{"",
                    "",
                    "",
                    "",
                    {{"one", points, 0, Stroke::solid, true},
                     {"two", points, 1, Stroke::dashed, true},
                     {"fit", points, 2, Stroke::dotted, false}}};
    const std::string svg = draw(plot).markup();
    CHECK(count_of(svg, "class=\"mark s0\"") == 2 + 1); // with the legend's
    CHECK(count_of(svg, "class=\"mark s1\"") == 2 + 1);
    for (const char* const kind : {"curve s0", "curve dashed s1", "curve dotted s2"}) {
        CHECK(count_of(svg, "<polyline class=\"" + std::string(kind)) == 1);
    }
    CHECK(contains(svg, "<span>one</span>"));
    CHECK(contains(svg, "<span>two (lies on one)</span>"));
}

TEST_CASE("a table of a page says how much it leaves out") {
    Grid grid("many", 1);
    for (int i = 0; i < 510; ++i) {
        grid.row({{"key"}, {"value"}});
    }
    CHECK(count_of(grid.html().markup(), "<tr>") == 500);
    CHECK(contains(grid.html().markup(), "10 more rows are left out"));
}
