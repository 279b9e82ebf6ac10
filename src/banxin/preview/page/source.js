/** From a page to the manuscript: what is clicked names its file and line. */

import { shownSheets } from "./desk.js";
import { make, toast } from "./dom.js";
import { frame } from "./overlays.js";
import { on, state, tell } from "./state.js";
import { t } from "./words.js";

const known = new Map(); // digest → where all stands on a page
const MOST = 400;
const TWICE = 280; // ms in which two clicks are one double click

/** Where everything stands on a sheet, as far as it has come; it is asked for if it has not. */
export function standsOf(sheet) {
  const digest = sheet.leaf?.stands;
  if (!digest || digest === "blank") return [];
  if (!known.has(digest)) {
    known.set(digest, []);
    fetchStands(digest);
  }
  return known.get(digest);
}

async function fetchStands(digest) {
  try {
    const answer = await fetch(`/stands/${digest}`);
    if (!answer.ok) throw new Error(answer.statusText);
    if (known.size > MOST) known.clear();
    known.set(digest, await answer.json());
    for (const sheet of shownSheets()) sheet.photographs = standsOf(sheet).some((s) => s.photo);
    tell("stands");
  } catch {
    known.delete(digest);
  }
}

let walked = null; // the block that the keyboard is at: sheet, index among its blocks, frame

export function startSource() {
  const spread = document.getElementById("spread");
  spread.addEventListener("click", clicked);
  spread.addEventListener("pointermove", hovered);
  spread.addEventListener("pointerleave", leave);
  on("book place", stopWalking);
  on("laid", () => {
    // So that a click finds them there.
    for (const sheet of shownSheets()) sheet.photographs = standsOf(sheet).some((s) => s.photo);
  });
}

/** The innermost block at a point of the client: its sheet and its stand. */
function at(x, y) {
  for (const sheet of shownSheets()) {
    const box = sheet.element.getBoundingClientRect();
    if (!sheet.leaf || x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
    const [mx, my] = [(x - box.left) / sheet.scale, (y - box.top) / sheet.scale];
    const around = standsOf(sheet).filter(
      ({ file, box: [x0, y0, x1, y1] }) => file && mx >= x0 && mx <= x1 && my >= y0 && my <= y1,
    );
    const size = ({ box: [x0, y0, x1, y1] }) => (x1 - x0) * (y1 - y0);
    // Of two alike the later one, which lies inside the other.
    const found = around.reduce((best, one) => (best && size(best) < size(one) ? best : one), null);
    if (found) return { sheet, stand: found };
  }
  return null;
}

let clicking = 0;

/** Where a second click would open its words, the first waits for it. */
function clicked(event) {
  if (event.target.closest("button, .editing")) return;
  clearTimeout(clicking);
  const found = at(event.clientX, event.clientY);
  if (!found || event.detail > 1) return;
  if (state.about.writes) clicking = setTimeout(() => name(found.sheet, found.stand), TWICE);
  else name(found.sheet, found.stand);
}

let hovering = null;

/** With Alt held, the block under the pointer is framed. */
function hovered(event) {
  leave();
  if (!event.altKey) return;
  const found = at(event.clientX, event.clientY);
  if (found) hovering = frame(found.sheet, found.stand.box, true);
}

function leave() {
  hovering?.remove();
  hovering = null;
}

/** Say where a block is written, copy it, and open the editor there if there is one. */
export async function name(sheet, stand) {
  frame(sheet, stand.box);
  await nameLine(stand.file, stand.line, stand.column);
}

export async function nameLine(file, line, column = 1) {
  const written = line ? `${file}:${line}` : file;
  const copied = await copy(written);
  const code = make("code", {}, written);
  if (!state.about.edits) {
    toast(t(copied ? "copied" : "named"), code);
    return;
  }
  const answer = await fetch("/open", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ file, line: line || 1, column: column || 1 }),
  });
  if (answer.ok) toast(t("opened"), code);
  else refuse(await answer.json().catch(() => null), t("named"), code);
}

/** Say why the server has not done it, and what to do; *otherwise*, where it has not said. */
export function refuse(answer, otherwise, ...more) {
  const { message, hint } = answer?.said?.[state.language] ?? {};
  toast(message ?? otherwise, ...(hint ? [make("span", { class: "quiet" }, hint)] : []), ...more);
}

/** Whether it was copied: only a page that is in front, and on this machine, may. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// --- by keyboard ---------------------------------------------------------------------------

/** The blocks of the open pages, in reading order, each piece once. */
function blocks() {
  return shownSheets().flatMap((sheet) =>
    standsOf(sheet)
      .filter((stand) => stand.file)
      .map((stand) => ({ sheet, stand })),
  );
}

/** Go to the next (1) or previous (-1) block. */
export function walk(step) {
  const all = blocks();
  if (!all.length) return;
  const number = ((walked?.number ?? (step > 0 ? -1 : 0)) + step + all.length) % all.length;
  stopWalking();
  const { sheet, stand } = all[number];
  walked = { number, sheet, stand, frame: frame(sheet, stand.box, true) };
  walked.frame?.scrollIntoView({ block: "nearest", inline: "nearest" });
  toast(t("block"), make("code", {}, `${stand.file}:${stand.line}`));
}

export const isWalking = () => walked !== null;

/** The block that the keyboard is at: its sheet and its stand. */
export const walkedTo = () => walked;

/** Name the block that the keyboard is at. */
export function nameWalked() {
  if (walked) name(walked.sheet, walked.stand);
}

export function stopWalking() {
  walked?.frame?.remove();
  walked = null;
}
