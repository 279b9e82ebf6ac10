/** What can be done to a picture that is inspected: the point it keeps, its height, its size. */

import { shownSheets } from "./desk.js";
import { byId, make } from "./dom.js";
import { putPicture, send, setAttribute, spotOf as placeOf, writes } from "./editing.js";
import { found } from "./inspector.js";
import { on, state } from "./state.js";
import { t } from "./words.js";

const QUOTE = /pullquote|couplet/;
const SIZES = ["column", "full", "bleed", "spread"];

export function startPictures() {
  on("found", remember);
  on("found language", show);
  on("found laid place", handles);
}

const rows = new WeakMap(); // what was found → the line that says it, as it was then

/** A spot with the line that was there when it was shown: another is not written to. */
const spotOf = (there) => ({ ...placeOf(there), row: rows.get(there) ?? "" });

async function remember() {
  const there = found;
  const tools = there?.picture || there?.path.some((name) => QUOTE.test(name));
  if (!writes() || !there?.source || !tools) return;
  const opened = await send("open", placeOf(there));
  if (opened) rows.set(there, opened.row);
}

const pictured = () => (writes() && found?.picture && found.source ? found : null);
const round = (number) => Number(number.toFixed(1));

// --- in the panel, for hands on a keyboard ----------------------------------------------------

function show() {
  const panel = byId("picture-tools");
  if (!panel) return;
  panel.replaceChildren();
  const quote = found?.path.some((name) => QUOTE.test(name));
  if (writes() && quote && found.source) panel.append(turning());
  const there = pictured();
  if (!there) return;
  const { focus } = there.picture;
  const at = focus.map((value, index) =>
    number(t(index ? "focus-down" : "focus-across"), round(value), 100, (now) => {
      const next = focus.map((old, other) => (other === index ? now : round(old)));
      setAttribute(spotOf(there), "focus", `${next[0]}% ${next[1]}%`);
    }));
  const pitch = state.book.about?.geometry.baseline ?? 1;
  const high = Math.round((there.picture.box[3] - there.picture.box[1]) / pitch);
  panel.append(
    make("h3", {}, t("picture")),
    make("p", { class: "quiet" }, there.picture.file),
    ...at,
    number(t("lines-high"), high, 60, (now) => setAttribute(spotOf(there), "lines", String(now)), 1),
    make("label", { class: "tool" }, t("size-of-picture"), make("select", {
      "data-key": "picture-size",
      onchange: (event) => event.target.value && setAttribute(spotOf(there), "size", event.target.value),
    }, make("option", { value: "" }, "…"), ...SIZES.map((size) => make("option", { value: size }, size)))),
    make("label", { class: "tool" }, t("replace"), make("input", {
      type: "file", accept: "image/jpeg,image/png,image/tiff,image/webp",
      onchange: (event) => event.target.files[0] && putPicture(spotOf(there), event.target.files[0]),
    })),
    make("p", { class: "quiet small" }, t("picture-hands")),
  );
}

function number(label, value, most, done, least = 0) {
  return make("label", { class: "tool" }, label, make("input", {
    type: "number", min: String(least), max: String(most), value: String(value), "data-key": label,
    onchange: (event) => event.target.checkValidity() && done(event.target.valueAsNumber),
  }));
}

function turning() {
  const upright = found.path.some((name) => name.includes("couplet"));
  return make("button", {
    class: "tool-button", "data-key": "upright",
    onclick: () => setAttribute(spotOf(found), "upright", upright ? null : ""),
  }, t(upright ? "lay-flat" : "stand-up"));
}

// --- on the page, for a pointer ---------------------------------------------------------------

function handles() {
  for (const old of document.querySelectorAll(".handles")) old.remove();
  const there = pictured();
  const sheet = there && shownSheets().find((one) => one.page === there.page);
  if (!sheet?.leaf) return;
  const [x0, y0, x1, y1] = there.picture.box.map((side) => side * sheet.scale);
  const frame = make("div", { class: "handles editing" });
  Object.assign(frame.style, {
    left: `${x0}px`, top: `${y0}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px`,
  });
  const point = make("div", { class: "focus-point", title: t("focus-drag") });
  const [fx, fy] = there.picture.focus;
  Object.assign(point.style, { left: `${fx}%`, top: `${fy}%` });
  const foot = make("div", { class: "handle foot", title: t("lines-drag") });
  const side = make("div", { class: "handle side", title: t("size-drag") });
  frame.append(point, foot, side);
  sheet.element.append(frame);
  drag(point, (dx, dy) => focusAt(there, sheet, point, dx, dy));
  drag(foot, (dx, dy) => linesAt(there, sheet, frame, dy));
  drag(side, (dx) => sizeAt(there, sheet, frame, dx));
}

/** Follow the pointer; *during* moves what is seen and gives what is done when it is let go. */
function drag(handle, during) {
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    handle.setPointerCapture(event.pointerId);
    let done = null;
    const move = (now) => { done = during(now.clientX - event.clientX, now.clientY - event.clientY); };
    const end = () => {
      handle.removeEventListener("pointermove", move);
      done?.();
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", end, { once: true });
    handle.addEventListener("pointercancel", () => handle.removeEventListener("pointermove", move),
      { once: true });
  });
  handle.addEventListener("click", (event) => event.stopPropagation());
}

const within = (number) => Math.min(100, Math.max(0, number));

function focusAt(there, sheet, point, dx, dy) {
  const [x0, y0, x1, y1] = there.picture.box;
  const [fx, fy] = there.picture.focus;
  const x = Math.round(within(fx + (dx / sheet.scale / (x1 - x0)) * 100));
  const y = Math.round(within(fy + (dy / sheet.scale / (y1 - y0)) * 100));
  Object.assign(point.style, { left: `${x}%`, top: `${y}%` });
  point.dataset.said = `${x}% ${y}%`;
  return () => setAttribute(spotOf(there), "focus", `${x}% ${y}%`);
}

function linesAt(there, sheet, frame, dy) {
  const [, y0, , y1] = there.picture.box;
  const pitch = state.book.about?.geometry.baseline ?? 1;
  const lines = Math.min(60, Math.max(1, Math.round((y1 - y0 + dy / sheet.scale) / pitch)));
  frame.style.height = `${lines * pitch * sheet.scale}px`;
  frame.dataset.said = t("grid-lines", { count: lines });
  return () => setAttribute(spotOf(there), "lines", String(lines));
}

/** A column, the type area, beyond it: whichever the side comes nearest to. */
function sizeAt(there, sheet, frame, dx) {
  const [x0, , x1] = there.picture.box;
  const about = state.book.about?.geometry;
  if (!about) return null;
  const column = (about.measure - about.gutter * (about.columns - 1)) / about.columns;
  const wide = x1 - x0 + dx / sheet.scale;
  const widths = { column, full: about.measure, bleed: sheet.leaf.width };
  const [size] = Object.entries(widths).reduce((best, one) =>
    (Math.abs(one[1] - wide) < Math.abs(best[1] - wide) ? one : best));
  frame.style.width = `${wide * sheet.scale}px`;
  frame.dataset.said = size;
  return () => setAttribute(spotOf(there), "size", size);
}
