/** Distances by dragging: from where the pointer went down to where it is, in mm, characters, lines. */

import { shownSheets } from "./desk.js";
import { byId, draw } from "./dom.js";
import { inspects, spotAt } from "./inspector.js";
import { state } from "./state.js";

const LEAST = 4; // CSS pixels: less is a click

let from = null; // client x and y, and the spot
let drawn = null;
let ended = false;

export function startMeasuring() {
  const spread = byId("spread");
  spread.addEventListener("pointerdown", begin);
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
}

/** Whether a measure has just ended; asked once. */
export function measured() {
  const was = ended;
  ended = false;
  return was;
}

export function stopMeasuring() {
  drawn?.remove();
  drawn = null;
}

function begin(event) {
  ended = false;
  if (!inspects() || event.button !== 0 || event.target.closest("button, .editing")) return;
  const spot = spotAt(event.clientX, event.clientY);
  from = spot && { x: event.clientX, y: event.clientY, ...spot };
  if (from) event.preventDefault();
}

function move(event) {
  if (!from || !event.buttons) return;
  const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
  if (!drawn && Math.hypot(dx, dy) < LEAST) return;
  show(from, event.shiftKey ? straight(dx, dy) : [dx, dy]);
}

/** With Shift held, across or down. */
const straight = (dx, dy) => (Math.abs(dx) > Math.abs(dy) ? [dx, 0] : [0, dy]);

function end() {
  ended = from !== null && drawn !== null && shownSheets().includes(from.sheet);
  from = null;
}

function show({ sheet, at }, [dx, dy]) {
  stopMeasuring();
  const { width, height } = sheet.leaf;
  const [wide, high] = [dx / sheet.scale, dy / sheet.scale];
  const to = [at[0] + wide, at[1] + high];
  const said = (number) => String(Math.abs(Number(number.toFixed(2))));
  const grid = state.book.about?.geometry;
  const lines = grid ? ` · ${said(high / grid.baseline)} ▤` : "";
  drawn = draw("svg", {
    class: "measure", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none",
  });
  drawn.append(
    draw("path", { class: "gap", d: `M${at} L${to}` }),
    draw("path", { class: "gap legs", d: `M${at} H${to[0]} V${to[1]}` }),
    draw("text", { class: "gap-words", x: (at[0] + to[0]) / 2 + 1.5, y: (at[1] + to[1]) / 2 - 1.5 },
      `${said(Math.hypot(wide, high))} mm  (${said(wide)} × ${said(high)}${lines})`),
  );
  sheet.over.append(drawn);
}
