#include "send-probe/bench.hpp"
#include "send-probe/fit.hpp"
#include "send-probe/report/deviation_list.hpp"
#include "send-probe/report/grid.hpp"
#include "send-probe/report/plot.hpp"
#include "send-probe/report/prediction.hpp"
#include "send-probe/report/sections.hpp"
#include "send-probe/report/side_by_side.hpp"
#include "send-probe/report/units.hpp"

#include <algorithm>

namespace caesura::probe {

namespace {

struct Sighting {
    std::uint64_t write;
    std::uint64_t taken;
    bool was_cut;
};

// Of a sweep without a budget, with buffers that nobody set.
std::vector<Sighting> sightings_in(const Document& document) {
    constexpr std::size_t most = 256;
    std::vector<Sighting> found;
    const Table* const sweep = document.find("sweep");
    for (std::size_t i = 0; sweep != nullptr && i < sweep->rows.size() && found.size() < most;
         ++i) {
        const Row& row = sweep->rows[i];
        const auto write = figure_at(*sweep, row, "write");
        const auto taken = figure_at(*sweep, row, "taken");
        if (write.value_or(0) > 0 && taken.value_or(-1) >= 0 &&
            figure_at(*sweep, row, "budget").value_or(0) == 0 &&
            shown_at(*sweep, row, "sndbuf") == "unset" &&
            shown_at(*sweep, row, "rcvbuf") == "unset") {
            found.push_back({static_cast<std::uint64_t>(*write), static_cast<std::uint64_t>(*taken),
                             !shown_at(*sweep, row, "note").empty()});
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Sighting& a, const Sighting& b) { return a.write < b.write; });
    return found;
}

const Sighting* with_write(const std::vector<Sighting>& sightings, std::uint64_t write) {
    const auto found = std::find_if(sightings.begin(), sightings.end(),
                                    [write](const Sighting& one) { return one.write == write; });
    return found == sightings.end() ? nullptr : &*found;
}

std::uint64_t fitted(const Explanation& fit, std::uint64_t write) {
    return predicted(fit.rule, fit.limit, fit.receiver, write);
}

PlotSeries series_of(const std::vector<Sighting>& sightings, std::string name, std::size_t look) {
    PlotSeries series{std::move(name), {}, look, Stroke::solid, true};
    for (const Sighting& one : sightings) {
        series.points.push_back({one.write, one.taken, one.was_cut});
    }
    return series;
}

Html overlay(const Subject& subject, const std::vector<Sighting>& seen,
             const std::vector<Explanation>& fits, const std::vector<Sighting>& model) {
    Plot plot{"Observed, fitted and predicted: " + subject.name,
              "size of each write",
              "bytes taken",
              "hollow: the probe ended early, at one of its limits or by an error",
              {series_of(seen, "observed", 0)}};
    if (!fits.empty()) {
        PlotSeries fit{
            "best fit: " + std::string(name_of(fits.front().rule)), {}, 1, Stroke::dotted, false};
        for (const Sighting& one : seen) {
            fit.points.push_back({one.write, fitted(fits.front(), one.write), false});
        }
        plot.series.push_back(std::move(fit));
    }
    if (!model.empty()) {
        PlotSeries preset = series_of(model, "simulated " + std::string(subject.preset->name), 3);
        preset.stroke = Stroke::dashed;
        plot.series.push_back(std::move(preset));
    }
    return draw(plot);
}

// A prediction, and how far it is off.
void add_guess(std::vector<Cell>& cells, const Sighting& seen, std::optional<std::uint64_t> guess) {
    if (!guess) {
        cells.insert(cells.end(), 2, no_cell());
        return;
    }
    const auto bytes = std::min<std::uint64_t>(*guess, INT64_MAX);
    cells.push_back({grouped(static_cast<std::int64_t>(bytes)), Tone::number});
    cells.push_back(
        seen.taken == 0 || seen.was_cut
            ? no_cell()
            : Cell{off_text(static_cast<double>(*guess), static_cast<double>(seen.taken)),
                   Tone::number});
}

Html figures(const Subject& subject, const std::vector<Sighting>& seen,
             const std::vector<Explanation>& fits, const std::vector<Sighting>& model) {
    Grid grid("Observed and predicted, " + subject.name, 1);
    std::vector<Cell> head{{"each write"},
                           {"observed", Tone::number},
                           {"best fit", Tone::number},
                           {"off", Tone::number}};
    if (!model.empty()) {
        head.push_back({"simulated " + std::string(subject.preset->name), Tone::number});
        head.push_back({"off", Tone::number});
    }
    grid.head(head);
    for (const Sighting& one : seen) {
        std::vector<Cell> cells{
            {size_text(static_cast<std::int64_t>(one.write))},
            {grouped(static_cast<std::int64_t>(one.taken)) + (one.was_cut ? "\xE2\x80\xA0" : ""),
             Tone::number}};
        add_guess(cells, one,
                  fits.empty() ? std::nullopt : std::optional(fitted(fits.front(), one.write)));
        if (!model.empty()) {
            const Sighting* const twin = with_write(model, one.write);
            add_guess(cells, one,
                      twin == nullptr || twin->was_cut ? std::nullopt : std::optional(twin->taken));
        }
        grid.row(cells);
    }
    return grid.html();
}

// Ends of ranges, which mean nothing to the last byte: "1 to 3.9 MB", or one figure for both.
std::string range_text(const Range& range) {
    const std::string least = rough_text(range.least);
    const std::string most = rough_text(range.most);
    return least == most ? least : least + " to " + most;
}

Html fit_table(const Subject& subject, const std::vector<Explanation>& fits) {
    if (fits.empty()) {
        return element("p", {{"class", "missing"}},
                       "No fit: too few rows of a sweep without a budget, with buffers unset, that "
                       "were not cut short; three are needed.");
    }
    Grid grid("Rules that may explain the sweep, " + subject.name, 1);
    grid.head({{"rule, the best first"},
               {"verdict"},
               {"limit", Tone::number},
               {"reader\xE2\x80\x99s system holds", Tone::number},
               {"together", Tone::number},
               {"off by", Tone::number}});
    for (const Explanation& one : fits) {
        grid.row({{std::string(name_of(one.rule))},
                  {std::string(name_of(one.standing))},
                  {range_text(one.limits), Tone::number},
                  {range_text(one.receivers), Tone::number},
                  {range_text(one.together), Tone::number},
                  {off_text(1 + one.error, 1), Tone::number}});
    }
    return grid.html() + paragraph("Of limit and receiver a sweep mostly shows no more than such a "
                                   "range: from the least to the most that, with some value of the "
                                   "other, explains it as well as the rule's best pair, to half a "
                                   "percentage point. A rule that is as good is off by no more "
                                   "than that from the best.");
}

Html sweep_part(const Subject& subject, const Document* prediction) {
    const Table* const sweep = subject.document.find("sweep");
    if (sweep == nullptr || sweep->rows.empty()) {
        return element("p", {{"class", "missing"}}, "No table sweep: nothing to fit.");
    }
    const auto fits = explain(*sweep);
    const auto seen = sightings_in(subject.document);
    const auto model = prediction == nullptr ? std::vector<Sighting>{} : sightings_in(*prediction);
    Html html = fit_table(subject, fits);
    if (!seen.empty()) {
        html += overlay(subject, seen, fits, model) + figures(subject, seen, fits, model);
    }
    return html;
}

} // namespace

Section model_section(const std::vector<Subject>& subjects, std::uint64_t tolerance) {
    Section section{"model", "Model against machine", {}};
    section.body += paragraph(
        "For each system the rule that explains its sweep best, and what the simulated system that "
        "is to be like it shows under the same probes. What deviates is listed under the rule "
        "of the model (docs/SIMULATOR.md) that it contradicts: either the model is wrong there, or "
        "this system is another one than it describes.");
    for (const Subject& subject : subjects) {
        section.body += element("h3", {}, subject.name);
        if (subject.origin == Origin::simulated || !subject.preset) {
            section.body += sweep_part(subject, nullptr);
            section.body += paragraph(subject.origin == Origin::simulated
                                          ? "It is the model itself: nothing to hold it against."
                                          : "No simulated system is to be like it.");
            continue;
        }
        try {
            const Prediction prediction = prediction_for(subject, subjects);
            section.body += sweep_part(subject, &prediction.document) +
                            deviation_list(subject, prediction, tolerance);
        } catch (const ProbeFailure& failure) {
            section.body += sweep_part(subject, nullptr) +
                            element("p", {{"class", "missing"}},
                                    "No prediction, because the simulator was asked for what it "
                                    "denies: " +
                                        std::string(failure.what()));
        }
    }
    return section;
}

} // namespace caesura::probe
