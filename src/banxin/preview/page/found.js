/** What was found, drawn on the page: its box, and how far it is from what is around it. */

import { shownSheets } from "./desk.js";
import { draw } from "./dom.js";

const CLASS = "inspected";

/** Draw what the inspector has found; null: nothing. */
export function drawFound(found) {
  for (const old of document.querySelectorAll(`.${CLASS}`)) old.remove();
  const sheet = found && shownSheets().find((one) => one.page === found.page);
  if (!sheet?.leaf) return;
  const { width, height } = sheet.leaf;
  const drawing = draw("svg", {
    class: CLASS, viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true",
  });
  const [x0, y0, x1, y1] = found.box;
  drawing.append(draw("rect", { class: "found-area", ...rectangle(found.area) }));
  drawing.append(draw("rect", { class: "found", ...rectangle(found.box) }));
  if (found.type?.baseline) {
    drawing.append(draw("path", { class: "found-line", d: `M${x0} ${found.type.baseline}H${x1}` }));
  }
  for (const { side, gap, box } of found.neighbours) {
    drawing.append(...distance(side, gap, found.box, box));
  }
  sheet.over.append(drawing);
}

const rectangle = ([x0, y0, x1, y1]) => ({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 });

/** A line from the box to its neighbour, with its length. */
function* distance(side, gap, [x0, y0, x1, y1], [a0, b0, a1, b1]) {
  if (gap < 0.05) return;
  const across = side === "left" || side === "right";
  const middle = across
    ? (Math.max(y0, b0) + Math.min(y1, b1)) / 2
    : (Math.max(x0, a0) + Math.min(x1, a1)) / 2;
  const from = { top: b1, bottom: y1, left: a1, right: x1 }[side];
  const to = from + gap;
  yield draw("path", {
    class: "gap", d: across ? `M${from} ${middle}H${to}` : `M${middle} ${from}V${to}`,
  });
  const at = (from + to) / 2;
  yield draw("text", {
    class: "gap-words", x: across ? at : middle + 1, y: across ? middle - 1 : at + 1.2,
    "text-anchor": across ? "middle" : "start",
  }, String(Number(gap.toFixed(2))));
}
