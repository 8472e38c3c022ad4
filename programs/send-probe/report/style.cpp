#include "send-probe/report/style.hpp"

namespace caesura::probe {

// As the page is XML too, there must be neither < nor & in here.
const std::string_view style_sheet = R"(
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1a1d21; --soft: #545b64; --line: #c9ced6; --band: #f1f3f6;
  --link: #0b5394; --good: #dcf2e2; --mixed: #fdeec2; --bad: #fbdada;
  --s0: #0b62b8; --s1: #b3400c; --s2: #1a7a3c; --s3: #8a2fa0;
  --s4: #8a6500; --s5: #006f7d; --s6: #b0205e; --s7: #4a4f57;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --ink: #e8eaed; --soft: #a9b1bb; --line: #3a414b; --band: #1e2329;
    --link: #8ab8f5; --good: #163b26; --mixed: #46380c; --bad: #532021;
    --s0: #6cb4ff; --s1: #ff9a62; --s2: #6fd08c; --s3: #d79bf0;
    --s4: #e6c14d; --s5: #5fd0de; --s6: #ff8fbf; --s7: #c2c8d0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
}
header, main { max-width: 84rem; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 1.5rem 0 0.5rem; }
h2 {
  font-size: 1.35rem; line-height: 1.25; margin: 2.5rem 0 0.5rem; padding-top: 0.75rem;
  border-top: 2px solid var(--line);
}
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
h4 { font-size: 0.95rem; margin: 0.75rem 0 0.25rem; }
h1, h2, h3, h4, p, li, dt, dd { overflow-wrap: anywhere; }
p, dl, main ul, header ul { max-width: 46rem; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding: 0; list-style: none; }
dl { margin: 0.25rem 0 0; }
dt { font-weight: 600; margin-top: 0.5rem; }
dd { margin: 0 0 0 1rem; }
.open, .missing { color: var(--soft); }
.open { font-style: italic; }
.missing { border-left: 4px solid var(--line); padding-left: 0.75rem; }
.small { font-size: 0.85em; color: var(--soft); white-space: nowrap; }
.scroll {
  width: fit-content; max-width: 100%; overflow-x: auto; margin: 0.5rem 0 1rem;
  border: 1px solid var(--line);
}
table { border-collapse: collapse; font-size: 0.875rem; line-height: 1.35; }
th, td {
  padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; unicode-bidi: isolate;
  border-bottom: 1px solid var(--line); border-right: 1px solid var(--line);
}
td, thead th { min-width: 4rem; max-width: 22rem; overflow-wrap: break-word; }
thead th { background: var(--band); vertical-align: bottom; }
tbody th {
  font-weight: 600; background: var(--page); min-width: 4.5rem; max-width: 18rem;
  overflow-wrap: break-word;
}
tbody th:first-child { position: sticky; left: 0; z-index: 1; }
.group th { background: var(--band); position: static; max-width: none; }
.group span {
  position: sticky; left: 0.6rem; display: inline-block; max-width: min(78vw, 60rem);
}
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.good { background: var(--good); }
.mixed { background: var(--mixed); }
.bad { background: var(--bad); }
.faint { color: var(--soft); }
td.faint { text-align: center; }
.good .small, .mixed .small, .bad .small { color: var(--ink); }
figure { margin: 0.5rem 0 1rem; }
.plot { display: block; width: 100%; max-width: 38rem; height: auto; }
.plot text { font: 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
.multiples {
  display: grid; gap: 0.5rem 1.5rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr));
}
.rule { stroke: var(--line); stroke-width: 0.75; }
.axis { stroke: var(--soft); stroke-width: 1.25; }
.curve { fill: none; stroke: var(--c); stroke-width: 2; }
.dashed { stroke-dasharray: 7 4; }
.dotted { stroke-dasharray: 1.5 3.5; stroke-linecap: round; }
.mark { fill: var(--c); stroke: var(--c); stroke-width: 1.5; }
.open.mark { fill: var(--page); }
.s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); }
.s4 { --c: var(--s4); } .s5 { --c: var(--s5); } .s6 { --c: var(--s6); } .s7 { --c: var(--s7); }
.legend {
  display: flex; flex-wrap: wrap; gap: 0.15rem 1.25rem; margin: 0.25rem 0 0; padding: 0;
  list-style: none; font-size: 0.875rem; max-width: 44rem;
}
.legend li { display: flex; align-items: center; gap: 0.5rem; }
.swatch { width: 40px; height: 14px; flex: none; }
.bar { display: block; width: 80px; height: 6px; margin: 4px 0; }
.whole { white-space: nowrap; }
.rest { fill: none; stroke: var(--soft); }
.part { fill: var(--soft); }
@media (max-width: 40rem) {
  tbody th:first-child { max-width: 7.5rem; }
  td, thead th { max-width: 16rem; }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { font-size: 11px; }
  header, main { max-width: none; padding: 0; }
  nav { display: none; }
  table { font-size: 8px; }
  th, td { padding: 1px 3px; overflow-wrap: anywhere; }
  td, thead th, tbody th { min-width: 0; position: static; }
  .number, .small, .whole { white-space: normal; }
  .scroll { overflow: visible; border: 0; }
  .plot { max-width: 15cm; }
  figure, tr, h2, h3, h4 { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  .mark, .part, .good, .mixed, .bad, thead th { print-color-adjust: exact; }
}
)";

} // namespace caesura::probe
