"""Pages of `send-probe report` as a strict reader of XML sees them: CTest's test report-page.

report_page.py SEND-PROBE: exit status 0, or 1 and what is wrong.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

SECTIONS = "fingerprints acceptance rearm memory close poll second model questions".split()
MISSING = "acceptance rearm memory close poll second".split()
HOSTILE = "</td></svg><script src='//a.example/x'>alert(1)</script><img src=x onerror=\"a()\"&amp;"
MOST_PAGE_BYTES = 1_500_000
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

mistakes = []


def check(is_right, what):
    if not is_right:
        mistakes.append(what)


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240)
    check(done.returncode == 0, f"{command}: exit {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def text_of(node):
    return " ".join("".join(node.itertext()).split())


def check_nothing_from_elsewhere(name, page, root):
    """No script, and nothing that a browser would fetch."""
    for node in root.iter():
        check(node.tag not in ("script", "link", "iframe", "object", "embed", "img", "base"),
              f"{name}: a <{node.tag}>")
        for attribute, value in node.attrib.items():
            check(not attribute.startswith("on"), f"{name}: {attribute} on <{node.tag}>")
            check(attribute not in ("src", "srcset", "style"), f"{name}: {attribute}")
            check(attribute != "href" or value.startswith("#"), f"{name}: href {value}")
    style = text_of(root.find("head/style"))
    check("url(" not in style and "@import" not in style, f"{name}: the style sheet fetches")
    check(not re.search(r"https?:", page), f"{name}: names an address")


def check_anchors(name, root):
    ids = {node.get("id") for node in root.iter() if node.get("id")}
    for link in root.iter("a"):
        check(link.get("href")[1:] in ids, f"{name}: {link.get('href')} leads nowhere")


def numbers_in(text):
    """All coordinates of an attribute; what is no number is a mistake of its own."""
    words = re.split(r"[ ,]+", text.strip())
    check(all(NUMBER.fullmatch(word) for word in words), f"no coordinates: {text[:80]}")
    return [float(word) for word in words if NUMBER.fullmatch(word)]


def check_plots(name, root):
    for svg in root.iter("svg"):
        _, _, width, height = numbers_in(svg.get("viewBox"))
        for node in svg.iter():
            if node.tag in ("polyline", "polygon"):
                found = numbers_in(node.get("points"))
                xs, ys = found[0::2], found[1::2]
                check(len(xs) == len(ys), f"{name}: half a point")
            else:
                xs = numbers_in(" ".join(node.get(a, "0") for a in ("x", "x1", "x2", "width")))
                ys = numbers_in(" ".join(node.get(a, "0") for a in ("y", "y1", "y2", "height")))
                xs, ys = (xs, ys) if node is not svg else ([0], [0])
            check(all(0 <= x <= width for x in xs) and all(0 <= y <= height for y in ys),
                  f"{name}: <{node.tag}> outside its drawing: {node.attrib}")


def check_page(name, page):
    """What goes for every page; the sections' texts by their names."""
    check(len(page) < MOST_PAGE_BYTES, f"{name}: {len(page)} bytes")
    check(page.startswith("<!DOCTYPE html>\n"), f"{name}: does not begin as a page does")
    check("\0" not in page and "nan" not in re.findall(r"\bnan\b", page.lower()), f"{name}: nan")
    root = ElementTree.fromstring(page)
    check_nothing_from_elsewhere(name, page, root)
    check_anchors(name, root)
    check_plots(name, root)
    sections = {node.get("id"): node for node in root.iter("section")}
    check(list(sections) == SECTIONS, f"{name}: sections {list(sections)}")
    for node in root.iter("table"):
        widths = {
            sum(int(cell.get("colspan", "1")) for cell in line) for line in node.iter("tr")
        }
        check(len(widths) == 1, f"{name}: a table whose lines differ: {widths}")
    return root, sections


def hostile(value):
    """The same document with something nasty in every text that is not looked up by name."""
    if isinstance(value, dict):
        kept = {"name", "role", "schema"} if "rows" not in value else {"name"}
        return {k: v if k in kept and k != "value" else hostile(v) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return value + HOSTILE if isinstance(value, str) and value != "caesura-send-probe" else value


def column(table, name):
    return [one["name"] for one in table["columns"]].index(name)


def set_all(document, numbers):
    """Every number that is no key by these, in turn."""
    turn = 0
    for table in document["tables"]:
        for row in table["rows"]:
            for i, one in enumerate(table["columns"]):
                if one["role"] != "key" and isinstance(row[i], (int, type(None))):
                    row[i] = numbers[turn % len(numbers)]
                    turn += 1
    return document


class Bench:
    """A folder of documents, and the program."""

    def __init__(self, probe, folder):
        self.probe = probe
        self.folder = folder

    def all_of(self, system):
        out = os.path.join(self.folder, system)
        run(self.probe, "all", "--system", system, "--rounds", "3", "--out", out)
        return os.path.join(out, "results.json")

    def write(self, name, document):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
        return path

    def page(self, name, *paths):
        return check_page(name, run(self.probe, "report", *paths))


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def check_hostile(bench, path):
    root, _ = bench.page("hostile", bench.write("<b>.json", hostile(read(path))))
    check("alert(1)" in text_of(root), "hostile: its text is not shown as text")
    root, _ = bench.page("hostile, twice", *[bench.write("<i>.json", hostile(read(path)))] * 2)
    check(len({text_of(li) for li in root.find("body/header/ul")}) == 2, "two of one name")


def check_degenerate(bench, path):
    for name, numbers in {
        "zeros": [0],
        "huge": [1 << 62],
        "the most": [(1 << 63) - 1, 1],
        "negative": [-1, -(1 << 63)],
        "nothing": [None],
    }.items():
        bench.page(name, bench.write(name + ".json", set_all(read(path), numbers)))
    one = read(path)
    for table in one["tables"]:
        del table["rows"][1:]
    bench.page("one row each", bench.write("one.json", one))
    for table in one["tables"]:
        del table["rows"][:]
    _, sections = bench.page("no rows", bench.write("none.json", one))
    for section in MISSING:
        check("No table" in text_of(sections[section]), f"no rows: {section} does not say so")
    bench.page("bare", bench.write("bare.json", {
        "schema": "caesura-send-probe", "version": 1, "fingerprint": [], "tables": []}))
    strange = read(path)
    for table in strange["tables"]:
        for one in table["columns"]:
            one["name"] = "x" + one["name"]
    bench.page("strange columns", bench.write("strange.json", strange))


def check_large(bench, path):
    """Far more rows than any probe makes."""
    document = read(path)
    for table in document["tables"]:
        rows = table["rows"]
        place = 0 if table["name"] != "sweep" else column(table, "write")
        while len(rows) < 8000:
            copy = list(rows[len(rows) % 7])
            first = copy[place]
            copy[place] = len(rows) if isinstance(first, int) else f"{first} {len(rows)}"
            rows.append(copy)
    path = bench.write("large.json", document)
    check(os.path.getsize(path) > 4_000_000, "large: not large")
    bench.page("large", path)


def as_linux(path):
    """What a simulated Linux shows, as though it were a real one."""
    document = read(path)
    for fact in document["fingerprint"]:
        if fact["name"] == "system":
            fact["value"] = "Linux"
    return document


def check_deviation(bench, path):
    linux = as_linux(path)
    _, sections = bench.page("as predicted", bench.write("linux.json", linux))
    check("No text differs" in text_of(sections["model"]), "the model deviates from itself")
    sweep = linux["tables"][0]
    for row in sweep["rows"]:
        if row[column(sweep, "budget")] == 0 and row[column(sweep, "sndbuf")] == "unset":
            row[column(sweep, "taken")] *= 4
    _, sections = bench.page("planted", bench.write("planted.json", linux), path)
    said = text_of(sections["model"])
    check("Contradicts L1: a send takes what fits" in said, "a planted deviation has no rule")
    check("by simulated linux" in said, "a prediction is not taken from the file that has it")
    check("15,677,868 3,919,467" in " ".join(
        text_of(cell) for cell in sections["model"].iter("td")), "the planted figures")


def main():
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(sys.argv[1], folder)
        paths = {one: bench.all_of(one) for one in ("linux", "winsock-win10", "wine8")}
        root, sections = bench.page("several", *paths.values())
        check("No table" not in text_of(root), "several: something is missing")
        check(len(list(sections["acceptance"].iter("svg"))) > 5, "several: too few plots")
        with open(os.path.join(folder, "linux", "report.html"), encoding="utf-8") as file:
            check_page("all", file.read())
        check_hostile(bench, paths["linux"])
        check_degenerate(bench, paths["winsock-win10"])
        check_large(bench, paths["linux"])
        check_deviation(bench, paths["linux"])
    for mistake in mistakes[:40]:
        print(mistake, file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
