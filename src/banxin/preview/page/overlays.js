/** What is drawn over a page: its edges, its type area, its grid, its pictures, what was found. */

import { shownSheets } from "./desk.js";
import { draw, make } from "./dom.js";
import { lines } from "./lines.js";
import { rulers } from "./rulers.js";
import { standsOf } from "./source.js";
import { foldsOn, keep } from "./place.js";
import { isRecto } from "./spreads.js";
import { on, state, tell } from "./state.js";
import { t } from "./words.js";

const SAFE = 5; // mm from the trim: what shops ask for between it and anything that matters

/** The overlays in the order of the menu, each with its key. */
export const OVERLAYS = [
  ["trim", "t"],
  ["bleed", "b"],
  ["safe", "s"],
  ["area", "m"],
  ["grid", "g"],
  ["ink", "i"],
  ["pictures", "r"],
  ["pins", "d"],
  ["lines", "k"],
  ["rulers", "u"],
];

export function startOverlays() {
  on("findings language stands", drawOverlays);
}

export function toggleOverlay(name, shown = !state.overlays.has(name)) {
  if (shown) state.overlays.add(name);
  else state.overlays.delete(name);
  if (name === "ink" && shown) state.plate = "";
  keep();
  tell("overlays");
  tell("plate");
}

export function drawOverlays() {
  for (const sheet of shownSheets()) drawOn(sheet);
}

function drawOn(sheet) {
  const { leaf } = sheet;
  if (!leaf) {
    sheet.over.replaceChildren(make("p", { class: "coming" }, t("coming")));
    return;
  }
  const drawing = draw("svg", {
    viewBox: `0 0 ${leaf.width} ${leaf.height}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  const about = state.book.about?.geometry;
  if (leaf.id === "blank") sheet.over.replaceChildren(make("p", { class: "coming" }, t("blank")));
  else sheet.over.replaceChildren();
  if (state.overlays.has("bleed")) drawing.append(...bleed(leaf, sheet.fold));
  if (about && state.overlays.has("area")) drawing.append(...area(about, leaf, sheet.page));
  if (about && state.overlays.has("grid")) drawing.append(...grid(about, leaf, sheet.page));
  if (state.overlays.has("safe")) drawing.append(...safe(leaf, sheet.page));
  if (state.overlays.has("trim")) drawing.append(...trim(leaf, foldsOn(sheet.page)));
  if (state.overlays.has("pictures")) drawing.append(...pictures(sheet));
  if (state.overlays.has("lines")) drawing.append(...lines(sheet));
  sheet.over.append(drawing);
  if (state.overlays.has("rulers")) sheet.over.append(...rulers(sheet));
  if (state.overlays.has("pins")) sheet.over.append(...pins(sheet));
}

function rectangle(kind, x, y, width, height) {
  return draw("rect", { class: kind, x, y, width: Math.max(0, width), height: Math.max(0, height) });
}

/** The panels of a leaflet's side, left and right; a page of a book is one. */
function panels(leaf, folds) {
  const edges = [0, ...folds, leaf.width];
  return folds.map((fold, i) => [edges[i], fold]).concat([[edges.at(-2), leaf.width]]);
}

/** The edge of the cut page, where the knife goes beyond it, and where it is folded. */
function* trim({ width, height }, folds) {
  for (const x of folds) yield draw("path", { class: "fold", d: `M${x} -5V${height + 5}` });
  yield rectangle("trim", 0, 0, width, height);
  for (const [x, y] of [[0, 0], [width, 0], [0, height], [width, height]]) {
    const [out, up] = [x ? 1 : -1, y ? 1 : -1];
    yield draw("path", {
      class: "cut",
      d: `M${x + out * 2} ${y}h${out * 5}M${x} ${y + up * 2}v${up * 5}`,
    });
  }
}

/** What is cut away, shaded; not at the fold, where pages meet. */
function* bleed({ width, height, bleed: [left, top, right, bottom] }, fold) {
  const x = fold === "left" ? 0 : -left;
  const end = fold === "right" ? width : width + right;
  yield draw("path", {
    class: "bleed",
    "fill-rule": "evenodd",
    d: `M${x} ${-top}H${end}V${height + bottom}H${x}ZM0 0V${height}H${width}V0Z`,
  });
  yield rectangle("bleed-edge", x, -top, end - x, height + top + bottom);
}

/** What matters keeps away from the knife, and from a fold. */
function* safe(leaf, page) {
  for (const [left, right] of panels(leaf, foldsOn(page))) {
    yield rectangle("safe", left + SAFE, SAFE, right - left - 2 * SAFE, leaf.height - 2 * SAFE);
  }
}

/** Left edges of the type areas: one on a page of a book; one in the middle of each panel. */
function lefts(about, leaf, page) {
  const folds = foldsOn(page);
  if (!folds.length) return [isRecto(page) ? about.inside : about.outside];
  return panels(leaf, folds).map(([left, right]) => (left + right - about.measure) / 2);
}

/** The type area, and its columns. */
function* area(about, leaf, page) {
  const height = leaf.height - about.top - about.bottom;
  const wide = (about.measure - about.gutter * (about.columns - 1)) / about.columns;
  for (const left of lefts(about, leaf, page)) {
    for (let column = 0; column < about.columns; column += 1) {
      const x = left + column * (wide + about.gutter);
      yield rectangle("column", x, about.top, wide, height);
    }
    yield rectangle("area", left, about.top, about.measure, height);
  }
}

/** Where baselines stand: one line of the grid after the other, from the type area's top. */
function* grid(about, leaf, page) {
  let path = "";
  for (const left of lefts(about, leaf, page)) {
    for (let line = 0; line < about.lines; line += 1) {
      const y = about.top + about.first + line * about.baseline;
      path += `M${left} ${y.toFixed(3)}h${about.measure}`;
    }
  }
  yield draw("path", { class: "grid", d: path });
}

/** Every photograph with its resolution in print; those too coarse stand out. */
function* pictures(sheet) {
  const limits = state.findings.limits;
  for (const stand of standsOf(sheet).filter((stand) => stand.photo)) {
    const found = state.findings.photos.filter(
      (photo) => photo.page === sheet.page + 1 && photo.file === stand.photo,
    );
    const ppi = found.length ? Math.min(...found.map((photo) => photo.ppi)) : null;
    const rank = ppi === null || !limits ? "unknown"
      : ppi < limits[0] ? "error" : ppi < limits[1] ? "warning" : ppi < limits[2] ? "note" : "fine";
    const { width, height } = sheet.leaf;
    const [x0, y0] = [Math.max(0, stand.box[0]), Math.max(0, stand.box[1])];
    const [x1, y1] = [Math.min(width, stand.box[2]), Math.min(height, stand.box[3])];
    if (x1 <= x0 || y1 <= y0) continue;
    yield rectangle(`photo ${rank}`, x0, y0, x1 - x0, y1 - y0);
    const said = ppi === null ? "…" : `${Math.round(ppi)} ppi`;
    yield draw("text", { class: `photo-words ${rank}`, x: x0 + 2, y: y0 + 6 }, said);
  }
}

/** A pin for each finding; those without a place stand at the page's head. */
function pins(sheet) {
  const found = state.findings.findings
    .map((finding, index) => ({ ...finding, number: index + 1 }))
    .filter((finding) => finding.place.page === sheet.page + 1);
  let loose = 0;
  return found.map((finding) => {
    const box = finding.place.box_mm;
    const x = box ? Math.min(Math.max(box[0], 0), sheet.leaf.width) : 6 + 7 * loose++;
    const y = box ? Math.min(Math.max(box[1], 0), sheet.leaf.height) : 4;
    const pin = make(
      "button",
      {
        class: `pin ${finding.severity}`,
        title: `${finding.code}\n${finding.message[state.language]}`,
        "aria-label": `${finding.number}: ${finding.message[state.language]}`,
        onclick: (event) => {
          event.stopPropagation();
          sheet.element.dispatchEvent(
            new CustomEvent("pin", { bubbles: true, detail: finding.number - 1 }),
          );
        },
      },
      String(finding.number),
    );
    pin.style.left = `${(x / sheet.leaf.width) * 100}%`;
    pin.style.top = `${(y / sheet.leaf.height) * 100}%`;
    return pin;
  });
}

/** A frame around *box*, in mm, that fades: here it is. */
export function frame(sheet, box, lasting = false) {
  if (!sheet?.leaf || !box) return null;
  const { width, height } = sheet.leaf;
  const at = make("div", { class: lasting ? "frame lasting" : "frame" });
  Object.assign(at.style, {
    left: `${(box[0] / width) * 100}%`,
    top: `${(box[1] / height) * 100}%`,
    width: `${((box[2] - box[0]) / width) * 100}%`,
    height: `${((box[3] - box[1]) / height) * 100}%`,
  });
  sheet.over.append(at);
  if (!lasting) setTimeout(() => at.remove(), 1600);
  return at;
}
