/** Everything by keyboard. */

import { besides, setBeside } from "./beside.js";
import { goToChange, holdBefore, setCompare } from "./compare.js";
import { fitOrFull, scrollBy, zoomBy } from "./desk.js";
import { byId, make } from "./dom.js";
import { openWalked, undo, writes } from "./editing.js";
import { toggleFindings } from "./findings.js";
import { plates, setPlate } from "./inks.js";
import { inspectBlock, inspects, toggleInspector } from "./inspector.js";
import { closeMenus } from "./menus.js";
import { OVERLAYS, toggleOverlay } from "./overlays.js";
import { goTo, place, setSingle, setZoom, total, turn } from "./place.js";
import { toggleRhythm } from "./rhythm.js";
import { isWalking, nameWalked, stopWalking, walk, walkedTo } from "./source.js";
import { toggleSearch } from "./search.js";
import { setFinish } from "./settings.js";
import { on, state } from "./state.js";
import { changeTheme } from "./theme.js";
import { toggleThumbnails } from "./thumbnails.js";
import { hideTrouble } from "./trouble.js";
import { changeLanguage, t } from "./words.js";

/** key → what it does, and the words of the help; the order is the help's. */
const KEYS = [
  ["ArrowRight PageDown Space", () => turn(1), "next"],
  ["ArrowLeft PageUp Shift+Space", () => turn(-1), "previous"],
  ["Home", () => goTo(0), "first"],
  ["End", () => goTo(total() - 1), "last"],
  ["ArrowDown", () => scrollBy(0, 0.2) || turn(1), "down"],
  ["ArrowUp", () => scrollBy(0, -0.2) || turn(-1), "up"],
  ["0", () => setZoom("fit"), "fit"],
  ["w", () => setZoom("width"), "fit-width"],
  ["z", fitOrFull, "full-size"],
  ["+ =", () => zoomBy(1), "nearer"],
  ["-", () => zoomBy(-1), "farther"],
  ["p", () => setSingle(!place.single), "single"],
  ["o", () => toggleThumbnails(), "thumbnails"],
  ["h", () => toggleRhythm(), "rhythm"],
  ...OVERLAYS.map(([name, key]) => [key, () => toggleOverlay(name), `overlay-${name}`]),
  ["1 2 3 4 5 6 7 8 9", (key) => plateBy(key), "plates"],
  ["y", () => setFinish(state.finish === "press" ? "screen" : "press"), "finish"],
  ["c", () => setCompare("blink"), "blink"],
  ["v", () => setCompare("difference"), "difference"],
  ["n", goToChange, "next-change"],
  ["j", () => setBeside("before"), "beside-before"],
  ["/", () => toggleSearch(true), "find"],
  ["e", () => step(1), "walk"],
  ["q", () => toggleInspector(), "inspector"],
  ["F2", openWalked, "edit"],
  ["f", () => toggleFindings(), "findings"],
  ["a", changeTheme, "theme"],
  ["l", changeLanguage, "other-language-long"],
  ["?", () => toggleHelp(), "keys"],
  ["Escape", escape, "escape"],
];

const actions = new Map(
  KEYS.flatMap(([keys, act]) => keys.split(" ").map((key) => [key, act])),
);

export function startKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("keyup", (event) => event.key === "x" && holdBefore(false));
  byId("help").addEventListener("click", () => toggleHelp());
  byId("keys").addEventListener("click", (event) => event.target === byId("keys") && toggleHelp());
  on("language", () => byId("keys").open && showHelp());
}

const named = (event) =>
  (event.shiftKey && event.key === " " ? "Shift+" : "") + (event.key === " " ? "Space" : event.key);

function pressed(event) {
  const typing = event.target.closest?.("input, textarea");
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing) {
    event.preventDefault();
    undo();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const control = event.target.closest?.("select, input, textarea, [role=menu]");
  if (control && event.key !== "Escape") return;
  const onButton = event.target.closest?.("button, a") && ["Enter", " "].includes(event.key);
  if (onButton) return;
  if (isWalking() && walkOn(event)) return;
  if (event.key === "x" && !event.repeat) holdBefore(true);
  const act = actions.get(named(event)) ?? actions.get(event.key.toLowerCase());
  if (!act || (event.repeat && !/Arrow|Page|[+=-]/.test(event.key))) return;
  event.preventDefault();
  act(event.key);
}

/** While walking from block to block the arrows and Enter are about blocks. */
function walkOn(event) {
  const way = { ArrowDown: 1, ArrowRight: 1, e: 1, ArrowUp: -1, ArrowLeft: -1, E: -1 }[event.key];
  if (way) step(way);
  else if (event.key === "Enter") nameWalked();
  else return false;
  event.preventDefault();
  return true;
}

/** To the next block; where it is inspected, it is told of. */
function step(way) {
  walk(way);
  const there = walkedTo();
  if (there && inspects()) inspectBlock(there.sheet, there.stand);
}

function plateBy(key) {
  const found = plates().find(([, number]) => number === key);
  if (found) setPlate(found[0]);
}

/** One thing at a time is closed, the topmost first. */
function escape() {
  if (byId("keys").open) toggleHelp();
  else if (closeMenus()) return;
  else if (!byId("thumbnails").hidden) toggleThumbnails(false);
  else if (hideTrouble()) return;
  else if (isWalking()) stopWalking();
  else if (inspects()) toggleInspector(false);
  else if (!byId("search").hidden) toggleSearch(false);
  else if (besides()) setBeside(besides());
  else if (state.compare) setCompare(state.compare);
  else if (state.plate) setPlate("");
  else if (!byId("rhythm").hidden) toggleRhythm(false);
  else if (!byId("findings").hidden) toggleFindings(false);
  else if (place.zoom !== "fit") setZoom("fit");
}

function toggleHelp() {
  const help = byId("keys");
  if (help.open) {
    help.close();
    return;
  }
  showHelp();
  help.showModal();
}

const SIGNS = {
  ArrowRight: "→", ArrowLeft: "←", ArrowDown: "↓", ArrowUp: "↑", PageDown: "PgDn", PageUp: "PgUp",
  Space: "␣", "Shift+Space": "⇧␣", Escape: "Esc",
};

function showHelp() {
  const rows = [...KEYS, ["x", null, "hold-before"], ["Ctrl+Z", null, "undo-step"], ["Alt", null, "alt"], ["Enter", null, "enter"]];
  byId("keys").replaceChildren(
    make("h2", {}, t("keys")),
    make(
      "dl",
      {},
      ...rows.map(([keys, , word]) =>
        make(
          "div",
          {},
          make("dt", {}, ...shown(keys).map((key) => make("kbd", {}, key))),
          make("dd", {}, t(word)),
        ),
      ),
    ),
    make("p", { class: "quiet" }, t("mouse"), writes() ? ` ${t("mouse-writes")}` : ""),
    make("form", { method: "dialog" }, make("button", { autofocus: true }, t("close"))),
  );
}

const shown = (keys) =>
  keys.startsWith("1 ") ? ["1", "…", "9"] : keys.split(" ").map((key) => SIGNS[key] ?? key);
