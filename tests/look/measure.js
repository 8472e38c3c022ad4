// Put by look.py into a copy of a page, which is shown in a frame. What it finds wrong it leaves
// beside the frame, as the text of an element; a browser that dumps its page tells it.
"use strict";

const wrong = [];
const SLACK = 1; // pixels that rounding may take
const MOST = 5; // of a kind that are told
const told = {};

function tell(kind, what) {
  told[kind] = (told[kind] || 0) + 1;
  if (told[kind] <= MOST) {
    wrong.push(kind + ": " + what);
  }
}

function named(node) {
  const text = (node.textContent || "").trim().replace(/\s+/g, " ").slice(0, 60);
  const kind = node.getAttribute("class");
  return "<" + node.tagName.toLowerCase() + (kind ? " class=" + kind : "") + "> '" + text + "'";
}

function sees(node) {
  return node.getClientRects().length > 0;
}

// Nothing may be wider than its box, but for the boxes that are made to scroll.
function examineWidths() {
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    tell("the page is wider than the window", root.scrollWidth);
  }
  for (const node of document.body.querySelectorAll("*:not(svg):not(svg *)")) {
    const isTooWide = node.clientWidth > 0 && node.scrollWidth > node.clientWidth + SLACK;
    const scrolls = node.classList.contains("scroll") && !window.isPaper;
    if (isTooWide && sees(node) && !scrolls) {
      tell("clipped or too wide", named(node));
    }
  }
  // What is on paper cannot scroll.
  const wanted = window.isPaper ? "visible" : "auto";
  for (const node of document.body.querySelectorAll(".scroll")) {
    if (getComputedStyle(node).overflowX !== wanted) {
      tell("does not scroll", named(node));
    }
  }
}

// Text must lie within the cell or paragraph that has it.
function examineCells() {
  const range = document.createRange();
  for (const node of document.body.querySelectorAll("th, td, p, li, h1, h2, h3, h4, dt, dd")) {
    const box = node.getBoundingClientRect();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    if (sees(node) && text.width > 0 && !node.closest(".group") &&
        (text.right > box.right + SLACK || text.left < box.left - SLACK)) {
      tell("text beyond its box", named(node));
    }
  }
}

function overlap(a, b) {
  return a.left < b.right - SLACK && b.left < a.right - SLACK &&
      a.top < b.bottom - SLACK && b.top < a.bottom - SLACK;
}

// The text of a drawing must be within it, apart from each other, and large enough to be read.
function examineDrawings() {
  const least = 8; // pixels of a letter's height, ascender to descender
  for (const svg of document.querySelectorAll("svg.plot")) {
    const outer = svg.getBoundingClientRect();
    const boxes = [];
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.left < outer.left - SLACK || box.right > outer.right + SLACK ||
          box.top < outer.top - SLACK || box.bottom > outer.bottom + SLACK) {
        tell("beyond its drawing", named(text));
      }
      if (Math.min(box.width, box.height) < least) {
        tell("too small to be read", named(text));
      }
      for (const other of boxes) {
        if (overlap(box, other.box)) {
          tell("overlap", named(text) + " and " + named(other.text));
        }
      }
      boxes.push({ text, box });
    }
  }
}

function channels(colour) {
  const found = colour.match(/[\d.]+/g).map(Number);
  return found.length < 4 ? [...found, 1] : found;
}

function luminance(colour) {
  const [r, g, b] = channels(colour).slice(0, 3).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function backgroundOf(node) {
  for (let at = node; at !== null; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (channels(colour)[3] !== 0) {
      return colour;
    }
  }
  return "rgb(255, 255, 255)";
}

// By the Web Content Accessibility Guidelines: 4.5 for text, 3 for what is drawn.
function examineContrast() {
  const said = new Set();
  const examine = (node, colour, wanted) => {
    const found = contrast(colour, backgroundOf(node));
    const what = node.tagName + "." + node.getAttribute("class") + colour + backgroundOf(node);
    if (found < wanted && !said.has(what)) {
      said.add(what);
      tell("contrast", found.toFixed(2) + " below " + wanted + ": " + named(node));
    }
  };
  for (const node of document.body.querySelectorAll("*")) {
    const own = [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim() !== "");
    const style = getComputedStyle(node);
    if (node.closest("svg") !== null) {
      if (node.tagName === "text") {
        examine(node, style.fill, 4.5);
      } else if (node.matches(".curve, .mark, .axis")) {
        examine(node, style.stroke, 3);
      }
    } else if (own && sees(node)) {
      examine(node, style.color, 4.5);
    }
  }
}

function examine() {
  examineWidths();
  examineCells();
  examineDrawings();
  examineContrast();
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const outer = window.parent.document;
  const verdict = outer.createElement("pre");
  verdict.id = "verdict";
  verdict.textContent = JSON.stringify({ width: innerWidth, dark, texts:
      document.querySelectorAll("svg.plot text").length, wrong });
  outer.body.append(verdict);
}

examine();
