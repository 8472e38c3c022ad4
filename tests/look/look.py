"""How a page looks in a browser: ci/look.

look.py [--keep FOLDER] BROWSER PAGE...: opens each page in both themes and in narrow, usual
and wide windows, and prints it. Exit status 1 when text is clipped, overlaps, lies beyond its
drawing or is hard to read, or when a planted mistake of one of these kinds is not found.
"""

import argparse
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTHS = (360, 800, 1600)
THEMES = {"light": 1, "dark": 0}  # as Blink numbers them
PAPER = 1030  # pixels that A4 has across, turned on its side, without its margins
HEIGHT = 2400
FRAME = (
    '<!DOCTYPE html><html style="color-scheme: light dark"><body style="margin: 0">'
    '<iframe style="border: 0; width: {width}px; height: {height}px" srcdoc="{page}"></iframe>'
    "</body></html>"
)
VERDICT = re.compile(r'<pre id="verdict">(.*?)</pre>', re.DOTALL)
# Styles that are plainly wrong, and what must be found of each.
PLANTED = {
    """
    p { white-space: nowrap; max-width: 5rem; overflow: hidden; color: #888; }
    @media (prefers-color-scheme: dark) { p { color: #777; } }
    td { max-width: 1rem; min-width: 0; white-space: nowrap; }
    h1 { width: 2000px; }
    .scroll { overflow-x: hidden; }
    .plot text { font-size: 40px; }
    """: (
        "clipped or too wide",
        "text beyond its box",
        "the page is wider",
        "does not scroll",
        "beyond its drawing",
        "overlap",
        "contrast",
    ),
    ".plot text { font-size: 4px; }": ("too small",),
}


class Browser:
    """A browser without a window, that leaves nothing behind."""

    def __init__(self, program):
        self.program = program

    def run(self, page, *options):
        with tempfile.TemporaryDirectory() as profile:
            command = [
                self.program,
                "--headless",
                "--no-sandbox",  # its pages are our own, and root has no other choice
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--user-data-dir=" + profile,
                *options,
                "file://" + page,
            ]
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=90, check=True
            )
            return done.stdout.decode()

    def shown(self, page, width, theme, *options):
        window = f"--window-size={width},{HEIGHT}"
        scheme = f"--blink-settings=preferredColorScheme={THEMES[theme]}"
        return self.run(page, window, scheme, *options)


class Looker:
    """Looks at copies of pages that have the measuring script in them."""

    def __init__(self, browser, folder):
        self.browser = browser
        self.folder = folder
        with open(os.path.join(HERE, "measure.js"), encoding="utf-8") as file:
            self.script = file.read()

    def framed(self, page, width, style="", script="", media="print"):
        """Of a page, in a frame: no window is as narrow as a telephone."""
        with open(page, encoding="utf-8") as file:
            text = file.read()
        assert text.count("</style>") == 1 and text.count("</body>") == 1, page
        text = text.replace("@media print", f"@media {media}")
        text = text.replace("</style>", style + "</style>")
        text = text.replace("</body>", f"<script>{script}</script></body>")
        handle, path = tempfile.mkstemp(suffix=".html", dir=self.folder)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(FRAME.format(width=width, height=HEIGHT, page=html.escape(text)))
        return path

    def look(self, page, width, theme, style="", is_paper=False):
        """What is wrong, as the script in the page says."""
        script = "window.isPaper = true;" * is_paper + self.script
        copy = self.framed(page, width, style, script, "all" if is_paper else "print")
        dump = self.browser.shown(copy, width, theme, "--dump-dom")
        found = VERDICT.search(dump)
        if found is None:
            return ["the script in the page has not come to its end"]
        verdict = json.loads(html.unescape(found[1]))
        wrong = verdict["wrong"]
        if (verdict["dark"], verdict["width"]) != (theme == "dark", width) or not verdict["texts"]:
            del verdict["wrong"]
            wrong.append(f"the page was not shown as it was to be: {verdict}")
        return wrong

    def examine(self, page, width, theme):
        wrong = self.look(page, width, theme)
        return [f"{page}, {width} wide, {theme}: {one}" for one in wrong]

    def examine_print(self, page):
        """What is printed must be there, on more than one empty sheet, and none of it cut off."""
        path = os.path.join(self.folder, os.path.basename(page) + ".pdf")
        self.browser.run(page, "--print-to-pdf=" + path, "--no-pdf-header-footer")
        with open(path, "rb") as file:
            pdf = file.read()
        sheets = len(re.findall(rb"/Type\s*/Page\b", pdf))
        good = pdf.startswith(b"%PDF") and sheets >= 3
        wrong = self.look(page, PAPER, "light", is_paper=True)
        wrong += [] if good else [f"it takes {sheets} sheets"]
        return [f"{page}, on paper: {one}" for one in wrong]

    def examine_itself(self, page, style, words):
        """A check that cannot fail says nothing."""
        wrong = self.look(page, 800, "dark", style)
        missed = [word for word in words if not any(word in one for one in wrong)]
        return [f"planted and not found: {word}; found: {wrong}" for word in missed]

    def keep_picture(self, page, folder, width, theme):
        name = os.path.splitext(os.path.basename(page))[0]
        path = os.path.join(folder, f"{name}-{width}-{theme}.png")
        self.browser.shown(self.framed(page, width), width, theme, "--screenshot=" + path)
        return []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", metavar="FOLDER", help="pictures of the pages go there")
    parser.add_argument("browser")
    parser.add_argument("pages", nargs="+")
    arguments = parser.parse_args()
    pages = [os.path.abspath(page) for page in arguments.pages]
    views = [(page, width, theme) for page in pages for width in WIDTHS for theme in THEMES]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        looker = Looker(Browser(arguments.browser), folder)
        looks = [pool.submit(looker.examine, *view) for view in views]
        looks += [pool.submit(looker.examine_print, page) for page in pages]
        looks += [
            pool.submit(looker.examine_itself, pages[0], *planted) for planted in PLANTED.items()
        ]
        if arguments.keep:
            kept = os.path.abspath(arguments.keep)
            for page, width, theme in views:
                looks.append(pool.submit(looker.keep_picture, page, kept, width, theme))
        mistakes = [mistake for look in looks for mistake in look.result()]
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    print(f"{len(looks)} looks, {len(mistakes)} mistakes", file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
