/** What lies under the pointer: its line, its templates and rules, its type, inks and distances. */

import { shownSheets } from "./desk.js";
import { byId, make } from "./dom.js";
import { variant } from "./line.js";
import { measured, stopMeasuring } from "./measuring.js";
import { drawFound } from "./found.js";
import { nameLine } from "./source.js";
import { on, tell } from "./state.js";
import { t } from "./words.js";

const REST = 90; // ms that the pointer rests before it is asked what is there
const LETTERS = { cyan: "C", magenta: "M", yellow: "Y", black: "K" };

let asked = null; // the sheet's page and the words of the question
let pinned = false; // a click has fixed what is shown
let turn = 0;
let resting = 0;

export const inspects = () => !byId("inspector").hidden;

/** What was found last, or null. */
export let found = null;

export function startInspector() {
  const spread = byId("spread");
  spread.addEventListener("pointermove", moved);
  spread.addEventListener("click", clicked, true);
  byId("inspect").addEventListener("click", () => toggleInspector());
  on("language", show);
  on("findings-open", () => inspects() && toggleInspector(false));
  on("book", again);
  on("place laid", () => found && drawFound(found));
  on("place", () => asked && !shownSheets().some((s) => s.page === asked.page) && clear());
}

export function toggleInspector(shown = byId("inspector").hidden) {
  if (shown) tell("panel");
  byId("inspector").hidden = !shown;
  byId("inspect").setAttribute("aria-expanded", String(shown));
  document.body.classList.toggle("with-inspector", shown);
  tell("resized"); // another panel may have made room meanwhile, and this one taken it again
  clear();
  if (!shown) byId("desk").focus({ preventScroll: true });
}

function clear() {
  asked = found = null;
  pinned = false;
  drawFound(null);
  stopMeasuring();
  show();
  tell("found");
}

/** The sheet under a point of the client, and where that is on it, in mm. */
export function spotAt(x, y) {
  for (const sheet of shownSheets()) {
    const box = sheet.element.getBoundingClientRect();
    if (!sheet.leaf || sheet.leaf.id === "blank") continue;
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
    return { sheet, at: [(x - box.left) / sheet.scale, (y - box.top) / sheet.scale] };
  }
  return null;
}

function moved(event) {
  if (!inspects() || pinned || event.buttons) return;
  clearTimeout(resting);
  resting = setTimeout(() => {
    const spot = spotAt(event.clientX, event.clientY);
    if (spot && !pinned) ask(spot.sheet.page, `at=${spot.at.map((n) => n.toFixed(2))}`);
  }, REST);
}

function clicked(event) {
  if (!inspects() || event.target.closest("button, .editing")) return;
  event.stopPropagation();
  if (measured()) return; // the end of a measure is no choice
  const spot = spotAt(event.clientX, event.clientY);
  if (!spot) return;
  clearTimeout(resting);
  pinned = true;
  ask(spot.sheet.page, `at=${spot.at.map((n) => n.toFixed(2))}`);
}

/** Inspect a block of the manuscript: what the keyboard has walked to. */
export function inspectBlock(sheet, stand) {
  pinned = true;
  ask(sheet.page, `box=${stand.box}`);
}

/** After a save the same place is asked again. */
function again() {
  if (inspects() && asked) ask(asked.page, asked.words, asked.up);
}

async function ask(page, words, up = 0) {
  asked = { page, words, up };
  const mine = ++turn;
  const address = `/inspect/${page}?${words}&up=${up}&${variant()}`;
  const answer = await fetch(address).then((a) => (a.ok ? a.json() : null), () => null);
  if (mine !== turn || !inspects()) return;
  found = answer && { ...answer, page };
  drawFound(found);
  show();
  tell("found");
}

// --- the panel ------------------------------------------------------------------------------

function show() {
  const panel = byId("inspector");
  if (panel.hidden) return;
  const focused = panel.contains(document.activeElement) && document.activeElement.dataset.key;
  const scrolled = panel.scrollTop;
  panel.replaceChildren(...(found ? sections() : [head(), make("p", { class: "quiet" }, t("point"))]));
  tell("sections");
  panel.scrollTop = scrolled;
  if (focused) panel.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
}

const head = () => make("h2", {}, t("inspector"));

function* sections() {
  yield head();
  yield path();
  yield make("dl", { class: "facts" }, ...origin());
  if (found.type) yield make("section", {}, make("h3", {}, t("type")), type());
  if (found.inks.length) yield make("section", {}, make("h3", {}, t("inks")), ...found.inks.map(ink));
  yield make("section", {}, make("h3", {}, t("box")), box());
  yield make("section", { class: "picture-tools", id: "picture-tools" });
  yield make("section", {}, make("h3", {}, t("rules")), ...rules());
}

/** Elements from the outermost inward; each can be chosen. */
function path() {
  const last = found.path.length - 1;
  return make("nav", { class: "path", "data-label": "path", "aria-label": t("path") },
    ...found.path.map((name, index) =>
      make("button", {
        "data-key": `path-${last - index}`,
        "aria-current": index === last ? "true" : false,
        onclick: () => {
          pinned = true;
          if (index < last) ask(asked.page, asked.words, asked.up + last - index);
        },
      }, name)));
}

function fact(name, ...value) {
  return make("div", {}, make("dt", {}, name), make("dd", {}, ...value));
}

function link(where, label = null) {
  const written = `${where.file}:${where.line}`;
  return make("button", {
    class: "link", title: written, "data-key": `link-${written}-${label ?? ""}`,
    onclick: () => nameLine(where.file, where.line, where.column ?? 1),
  }, label ?? written.split("/").slice(-1)[0]);
}

function* origin() {
  if (found.source) yield fact(t("manuscript"), link(found.source));
  if (found.templates.length) {
    yield fact(t("templates"), ...found.templates.flatMap((one, n) =>
      n ? [" ← ", link(one)] : [link(one)]));
  }
}

const round = (number, digits = 2) => String(Number(Number(number).toFixed(digits)));
const mm = (number) => `${round(number)} mm`;

function type() {
  const { family, faces, weight, size, leading, lines, measure, characters, off, loose } = found.type;
  const others = faces.filter((face) => face !== family[0]);
  const rows = [
    [t("family"), family[0] + (others.length ? ` (${others.join(", ")})` : "")],
    [t("weight"), weight],
    [t("size"), `${round(size)} pt`],
    [t("leading"), `${mm(leading)} · ${round((leading * 72) / 25.4)} pt · ${t("grid-lines", { count: round(lines, 3) })}`],
    [t("measure"), `${t("characters", { count: round(characters, 1) })} · ${mm(measure)}`],
  ];
  if (off !== null) {
    rows.push([t("baseline"), Math.abs(off) < 0.02 ? t("on-grid") : t("off-grid", { off: mm(off) })]);
  }
  if (loose) rows.push([t(loose > 0 ? "loose" : "tight"), `${round(Math.abs(loose), 1)} %`]);
  return make("dl", { class: "facts" }, ...rows.map(([name, value]) => fact(name, String(value))));
}

function ink({ part, name, where, plates, opacity }) {
  const said = plates.map(([plate, value]) => `${LETTERS[plate] ?? plate} ${round(value, 1)}`).join(" ");
  return make("p", { class: "ink-row" },
    make("span", { class: "part" }, t(`part-${part}`)),
    make("b", { class: "plates" }, said || t("paper")),
    name && where ? link(where, name) : make("span", { class: "quiet" }, t("no-swatch")),
    opacity < 100 ? make("span", { class: "quiet" }, `${round(opacity, 1)} %`) : null);
}

function box() {
  const [x0, y0, x1, y1] = found.box;
  const [a0, b0, a1, b1] = found.area;
  const [width, height] = found.trim;
  const sides = (...numbers) => numbers.map((number) => round(number)).join(" · ");
  const rows = [
    [t("box-size"), `${round(x1 - x0)} × ${round(y1 - y0)} mm`],
    [t("box-trim"), sides(y0, width - x1, height - y1, x0)],
    [t("box-area"), sides(y0 - b0, a1 - x1, b1 - y1, x0 - a0)],
  ];
  const gaps = Object.fromEntries(found.neighbours.map(({ side, gap }) => [side, gap]));
  const near = ["top", "right", "bottom", "left"].map((side) => (side in gaps ? round(gaps[side]) : "–"));
  rows.push([t("box-neighbours"), near.join(" · ")]);
  for (const name of ["margin", "border", "padding"]) {
    if (found[name].some(Boolean)) rows.push([t(`box-${name}`), sides(...found[name])]);
  }
  return make("div", {},
    make("dl", { class: "facts" }, ...rows.map(([name, value]) => fact(name, value))),
    make("p", { class: "quiet small" }, t("sides")));
}

function* rules() {
  let of = 0;
  for (const rule of found.rules) {
    if (rule.of !== of) {
      of = rule.of;
      const name = found.path[found.path.length - 1 - of] ?? "";
      yield make("h4", {}, t("inherited", { name }));
    }
    yield make("div", { class: "rule" },
      make("p", { class: "selector" },
        make("code", {}, rule.selector), " ",
        rule.where?.file ? link(rule.where) : make("span", { class: "quiet" }, "banxin")),
      make("ul", {}, ...rule.written.map((one) => declaration(one, rule.where))));
  }
}

function declaration(one, where) {
  const more = one.resolved !== one.value;
  const name = make("span", { class: "name" }, one.name);
  const there = one.line && where?.file;
  return make("li", { class: one.wins ? "wins" : "lost" },
    there
      ? make("button", {
          class: "declared", title: `${where.file}:${one.line}`,
          "data-key": `line-${where.file}-${one.line}-${one.name}`,
          onclick: () => nameLine(where.file, one.line),
        }, name, `: ${one.value}${one.important ? " !important" : ""}`)
      : make("span", { class: "declared" }, name, `: ${one.value}`),
    more ? make("span", { class: "resolved" }, `= ${one.resolved}`) : null,
    ...one.asked.filter((asked) => asked.file).map((asked) => make("span", { class: "asked" },
      link(asked, `${asked.name} → ${asked.file.split("/").slice(-1)[0]}:${asked.line}`))));
}
