/** Lines that are off the grid, too loose or too tight, or have no room where they stand. */

import { draw } from "./dom.js";
import { variant } from "./line.js";
import { on, state, tell } from "./state.js";

const OFF = 0.05; // mm: less no eye sees
const LOOSE = 6; // percent of an em a character: as preflight tells it
const OVERSET = new Set(["text/too-long", "text/too-wide", "text/off-page"]);
const MOST = 200;

// identity of a page and its digest → its lines; null where they could not be had
const known = new Map();

/** What could not be had is asked for again when the pages are set anew: sooner it is no better. */
on("book", () => {
  for (const [key, lines] of known) if (!lines) known.delete(key);
});

function linesOf(sheet) {
  const key = `${sheet.leaf.id} ${sheet.leaf.stands} ${sheet.page}`;
  if (!known.has(key)) {
    if (known.size > MOST) known.clear();
    known.set(key, []);
    fetch(`/inspect/${sheet.page}?lines&${variant()}`)
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null)
      .then((lines) => {
        known.set(key, lines);
        if (lines) tell("stands");
      });
  }
  return known.get(key) ?? [];
}

/** What is drawn of them over a page. */
export function* lines(sheet) {
  if (sheet.leaf.id === "blank") return;
  const pitch = state.book.about?.geometry.baseline ?? 1;
  for (const { box: [x0, y0, x1, y1], baseline, off, loose } of linesOf(sheet)) {
    if (Math.abs(loose) > LOOSE) {
      yield rectangle(loose > 0 ? "line-loose" : "line-tight", [x0, y0, x1, y1]);
      yield words(x1 + 0.6, baseline, `${loose > 0 ? "+" : ""}${loose}%`);
    }
    if (Math.abs(off) < OFF) continue;
    // A style with a leading of its own leaves the grid on purpose.
    const own = Math.abs((y1 - y0) / pitch - Math.round((y1 - y0) / pitch)) > 0.02;
    yield draw("path", { class: own ? "line-own" : "line-off", d: `M${x0} ${baseline}H${x1}` });
    if (!own) yield words(x0 - 0.6, baseline, `${off > 0 ? "+" : ""}${off}`, "end");
  }
  for (const { code, place } of state.findings.findings) {
    if (place.page === sheet.page + 1 && OVERSET.has(code) && place.box_mm) {
      yield rectangle("overset", place.box_mm);
    }
  }
}

function rectangle(kind, [x0, y0, x1, y1]) {
  return draw("rect", { class: kind, x: x0, y: y0, width: x1 - x0, height: y1 - y0 });
}

function words(x, y, said, anchor = "start") {
  return draw("text", { class: "line-words", x, y, "text-anchor": anchor }, said);
}
