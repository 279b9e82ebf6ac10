/** Rulers in mm beside the pages, and guides that are drawn from them or typed in. */

import { shownSheets } from "./desk.js";
import { byId, draw, make } from "./dom.js";
import { on, state, tell } from "./state.js";
import { t } from "./words.js";

const BAND = 18; // CSS pixels of a ruler
const NEAR = [[10, 60], [20, 30], [50, 0]]; // mm from number to number, and CSS pixels it needs

/** `x`: mm from the left edge of each page; `y`: from its head. Kept for a layout. */
let guides = { x: [], y: [] };
let of = "";

const key = () => `banxin-guides ${state.book.about?.layout ?? ""}`;

export function startRulers() {
  on("overlays language book", show);
}

const isOn = () => state.overlays.has("rulers");

function recall() {
  if (of === key()) return;
  of = key();
  const kept = JSON.parse(localStorage.getItem(of) ?? "{}");
  const numbers = (list) => (Array.isArray(list) ? list.filter(Number.isFinite) : []);
  guides = { x: numbers(kept.x), y: numbers(kept.y) };
}

function keep() {
  localStorage.setItem(key(), JSON.stringify(guides));
  tell("stands");
  show();
}

function add(axis, mm) {
  const at = Math.round(mm * 10) / 10;
  if (!guides[axis].includes(at)) guides[axis].push(at);
  keep();
}

/** The form that says guides by number, for hands on a keyboard. */
function show() {
  const box = byId("guides");
  box.hidden = !isOn();
  if (box.hidden) return;
  recall();
  const axis = make("select", { "aria-label": t("guide-axis") },
    make("option", { value: "x" }, t("guide-down")), make("option", { value: "y" }, t("guide-across")));
  const where = make("input", { type: "number", step: "0.1", "aria-label": t("guide-at") });
  box.replaceChildren(axis, where, "mm",
    make("button", { onclick: () => where.value && add(axis.value, where.valueAsNumber) }, t("guide-add")),
    make("button", {
      disabled: !guides.x.length && !guides.y.length,
      onclick: () => { guides = { x: [], y: [] }; keep(); },
    }, t("guides-clear")));
}

/** What lies over a sheet: its guides, and the rulers, from which new ones are drawn. */
export function* rulers(sheet) {
  recall();
  const { width, height } = sheet.leaf;
  const drawing = draw("svg", {
    class: "guides", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true",
  });
  for (const x of guides.x) drawing.append(draw("path", { class: "guide", d: `M${x} -8V${height + 8}` }));
  for (const y of guides.y) drawing.append(draw("path", { class: "guide", d: `M-8 ${y}H${width + 8}` }));
  yield drawing;
  yield ruler(sheet, "x", width);
  if (sheet === shownSheets()[0]) yield ruler(sheet, "y", height);
}

/** The ruler along one side: across the head for x, down the left for y. */
function ruler(sheet, axis, length) {
  const [step] = NEAR.find(([mm, needs]) => mm * sheet.scale >= needs);
  const band = make("div", { class: `ruler ${axis}`, title: t("guide-drag") });
  for (let mm = 0; mm <= length; mm += step) {
    const mark = make("i", {}, String(mm));
    mark.style[axis === "x" ? "left" : "top"] = `${mm * sheet.scale}px`;
    band.append(mark);
  }
  const ticks = axis === "x" ? "90deg" : "180deg";
  band.style.backgroundImage =
    `repeating-linear-gradient(${ticks}, var(--quiet) 0 1px, transparent 1px ${(step / 5) * sheet.scale}px)`;
  band.style[axis === "x" ? "height" : "width"] = `${BAND}px`;
  band.addEventListener("pointerdown", (event) => pull(event, sheet, axis === "x" ? "y" : "x"));
  return band;
}

/** From the ruler at the head comes a guide across, from that on the left one down. */
function pull(event, sheet, axis) {
  event.preventDefault();
  event.stopPropagation();
  const box = sheet.element.getBoundingClientRect();
  const at = (now) => (axis === "x" ? now.clientX - box.left : now.clientY - box.top) / sheet.scale;
  const line = make("div", { class: `pulled ${axis}` });
  sheet.over.append(line);
  const move = (now) => {
    line.style[axis === "x" ? "left" : "top"] = `${at(now) * sheet.scale}px`;
    line.dataset.said = `${at(now).toFixed(1)} mm`;
  };
  const end = (now) => {
    removeEventListener("pointermove", move);
    line.remove();
    const inside = at(now) >= 0 && at(now) <= (axis === "x" ? sheet.leaf.width : sheet.leaf.height);
    if (inside) add(axis, at(now));
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end, { once: true });
}
