/** What can be done to a picture that is inspected: the point it keeps, its height, its size. */

import { shownSheets } from "./desk.js";
import { byId, make } from "./dom.js";
import { putPicture, setAttribute, spotOf as placeOf, wordsAt, writes } from "./editing.js";
import { found } from "./inspector.js";
import { on, state } from "./state.js";
import { t } from "./words.js";

const QUOTE = /pullquote|couplet/;
const SIZES = ["column", "full", "bleed", "spread"];

export function startPictures() {
  on("found", remember);
  on("sections", show);
  on("found laid place", handles);
}

let last = { at: "", takes: [] }; // the block that was opened last, and what can be said of it

const nameOf = ({ file, line, column }) => `${file}:${line}:${column}`;
const takes = (there, key) => last.at === nameOf(there.source) && last.takes.includes(key);

const rows = new WeakMap(); // what was found → the line that says it, as it was then, to come

/** A spot with the line that was there when it was shown: another is not written to. */
const spotOf = async (there) => ({ ...placeOf(there), row: (await rows.get(there)) ?? "" });

/** Say something of it; its line is another one then. */
async function say(there, key, value) {
  const done = await setAttribute(await spotOf(there), key, value);
  if (!done) return;
  const at = nameOf(there.source);
  for (const one of new Set([there, found])) {
    if (one?.source && nameOf(one.source) === at) rows.set(one, Promise.resolve(done.row));
  }
}

async function remember() {
  const there = found;
  if (!pictured() && !quoted()) return;
  const opening = wordsAt(placeOf(there));
  rows.set(there, opening.then((opened) => opened?.row));
  const now = { at: nameOf(there.source), takes: (await opening)?.takes ?? [] };
  if (there !== found || JSON.stringify(now) === JSON.stringify(last)) return;
  last = now;
  show();
  handles();
}

const written = () => (writes() && found?.source ? found : null);
const pictured = () => (found?.picture ? written() : null);
const quoted = () => (found?.path.some((name) => QUOTE.test(name)) ? written() : null);
const round = (number) => Number(number.toFixed(1));

// --- in the panel, for hands on a keyboard ----------------------------------------------------

function show() {
  const panel = byId("picture-tools");
  if (!panel) return;
  panel.replaceChildren();
  const quote = quoted();
  if (quote && takes(quote, "upright")) panel.append(turning(quote));
  const there = pictured();
  if (!there || !takes(there, "focus")) return;
  const { focus } = there.picture;
  const at = focus.map((value, index) =>
    number(t(index ? "focus-down" : "focus-across"), round(value), 100, (now) => {
      const next = focus.map((old, other) => (other === index ? now : round(old)));
      say(there, "focus", `${next[0]}% ${next[1]}%`);
    }));
  const pitch = state.book.about?.geometry.baseline ?? 1;
  const high = Math.round((there.picture.box[3] - there.picture.box[1]) / pitch);
  panel.append(
    make("h3", {}, t("picture")),
    make("p", { class: "quiet file" }, there.picture.file),
    ...at,
    number(t("lines-high"), high, 60, (now) => say(there, "lines", String(now)), 1),
    ...(takes(there, "size") ? [sizes(there)] : []),
    make("label", { class: "tool" }, make("span", { class: "tool-button" }, t("replace")), make("input", {
      type: "file", accept: "image/jpeg,image/png,image/tiff,image/webp", class: "unseen",
      "data-key": "picture-file",
      onchange: (event) => event.target.files[0] && replace(there, event.target.files[0]),
    })),
    make("p", { class: "quiet small" }, t("picture-hands")),
  );
}

function sizes(there) {
  return make("label", { class: "tool" }, t("size-of-picture"), make("select", {
    "data-key": "picture-size",
    onchange: (event) => event.target.value && say(there, "size", event.target.value),
  }, make("option", { value: "" }, "…"), ...SIZES.map((size) => make("option", { value: size }, size))));
}

async function replace(there, file) {
  await putPicture(await spotOf(there), file);
}

function number(label, value, most, done, least = 0) {
  return make("label", { class: "tool" }, label, make("input", {
    type: "number", min: String(least), max: String(most), value: String(value), "data-key": label,
    onchange: (event) => event.target.checkValidity() && done(event.target.valueAsNumber),
  }));
}

function turning(there) {
  const upright = there.path.some((name) => name.includes("couplet"));
  return make("button", {
    class: "tool-button", "data-key": "upright",
    onclick: () => say(there, "upright", upright ? null : ""),
  }, t(upright ? "lay-flat" : "stand-up"));
}

// --- on the page, for a pointer ---------------------------------------------------------------

function handles() {
  for (const old of document.querySelectorAll(".handles")) old.remove();
  const there = pictured();
  const sheet = there && shownSheets().find((one) => one.page === there.page);
  if (!sheet?.leaf || !takes(there, "focus")) return;
  const [x0, y0, x1, y1] = there.picture.box.map((side) => side * sheet.scale);
  const frame = make("div", { class: "handles editing" });
  Object.assign(frame.style, {
    left: `${x0}px`, top: `${y0}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px`,
  });
  const point = make("div", { class: "focus-point", title: t("focus-drag") });
  const [fx, fy] = there.picture.focus;
  Object.assign(point.style, { left: `${fx}%`, top: `${fy}%` });
  const foot = make("div", { class: "handle foot", title: t("lines-drag") });
  frame.append(point, foot);
  sheet.element.append(frame);
  drag(point, (dx, dy) => focusAt(there, sheet, point, dx, dy));
  drag(foot, (dx, dy) => linesAt(there, sheet, frame, dy));
  if (!takes(there, "size")) return;
  const side = make("div", { class: "handle side", title: t("size-drag") });
  frame.append(side);
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
  return () => say(there, "focus", `${x}% ${y}%`);
}

function linesAt(there, sheet, frame, dy) {
  const [, y0, , y1] = there.picture.box;
  const pitch = state.book.about?.geometry.baseline ?? 1;
  const lines = Math.min(60, Math.max(1, Math.round((y1 - y0 + dy / sheet.scale) / pitch)));
  frame.style.height = `${lines * pitch * sheet.scale}px`;
  frame.dataset.said = t("grid-lines", { count: lines });
  return () => say(there, "lines", String(lines));
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
  return () => say(there, "size", size);
}
