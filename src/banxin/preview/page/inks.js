/** Plates one by one, total ink, and how much of each lies under the pointer. */

import { shownSheets } from "./desk.js";
import { byId, make, toast } from "./dom.js";
import { variant } from "./line.js";
import { on, state, tell } from "./state.js";
import { t } from "./words.js";

const SETTLE = 70; // ms the pointer rests before it is asked what is under it
const PROCESS = ["cyan", "magenta", "yellow", "black"];

/** The plates that there are, each with its key. */
export function plates() {
  const spots = state.book.about?.spots ?? [];
  return [...PROCESS, ...spots.map((spot) => `spot:${spot}`)].map((name, i) => [name, String(i + 1)]);
}

export const plateLabel = (name) => (name.startsWith("spot:") ? name.slice(5) : t(`plate-${name}`));

export function startInks() {
  byId("spread").addEventListener("pointermove", moved);
  byId("spread").addEventListener("pointerleave", hide);
  byId("spread").addEventListener("noink", lacking);
  on("plate overlays finish place", hide);
  on("overlays findings language", legend);
}

/** What the colours of the heat map stand for. */
function legend() {
  byId("legend")?.remove();
  if (!state.overlays.has("ink")) return;
  const limit = state.findings.ink_limit ?? 300;
  byId("desk").after(
    make("p", { id: "legend" }, make("span", {}, "0"), make("i"), make("span", {}, `${limit} %`)),
  );
}

/** Show one plate alone; the same once more, or an empty text, shows all again. */
export function setPlate(name) {
  state.plate = state.plate === name ? "" : name;
  state.overlays.delete("ink");
  tell("overlays");
  tell("plate");
}

const asks = () => state.plate || state.overlays.has("ink") || state.finish === "press";

let waiting = 0;

function moved(event) {
  clearTimeout(waiting);
  if (!asks()) return;
  waiting = setTimeout(() => read(event.clientX, event.clientY), SETTLE);
}

async function read(x, y) {
  const sheet = shownSheets().find((one) => {
    const box = one.element.getBoundingClientRect();
    return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  });
  if (!sheet?.leaf || sheet.leaf.id === "blank") return;
  const box = sheet.element.getBoundingClientRect();
  const at = [(x - box.left) / sheet.scale, (y - box.top) / sheet.scale].map((v) => v.toFixed(2));
  const wide = Math.min(1100, sheet.pixels);
  const answer = await fetch(`/ink/${sheet.leaf.id}/at/${wide}?at=${at}&${variant()}`);
  if (!answer.ok) return;
  const { inks } = await answer.json();
  if (inks.length && asks()) show(inks);
}

function show(inks) {
  const total = inks.reduce((sum, [, percent]) => sum + percent, 0);
  const limit = state.findings.ink_limit;
  byId("reading").hidden = false;
  byId("reading").replaceChildren(
    ...inks.map(([name, percent]) =>
      make("span", { class: `ink ${PROCESS.includes(name) ? name : "spot"}` },
        make("i"), `${PROCESS.includes(name) ? t(`short-${name}`) : name} ${Math.round(percent)}`),
    ),
    make("strong", { class: limit && total > limit ? "over" : "" }, `${Math.round(total)} %`),
  );
}

function hide() {
  clearTimeout(waiting);
  byId("reading").hidden = true;
}

let told = 0;

/** Without its program there are no plates: say once what to install. */
async function lacking(event) {
  if (Date.now() - told < 4000) return;
  told = Date.now();
  const answer = await fetch(event.detail).catch(() => null);
  const what = answer && !answer.ok ? (await answer.json().catch(() => ({}))).lacking : null;
  if (what === "mutool") toast(t("no-mutool"), make("code", {}, "apt-get install mupdf-tools"));
  else if (what) toast(t("no-plates"), make("code", {}, what));
}
