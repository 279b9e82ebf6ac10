/** What is looked at: which title, in which layout, for whom; and the rest of the bar. */

import { besides, choices, labelOf, setBeside } from "./beside.js";
import { changedPages, goToChange, setCompare } from "./compare.js";
import { zoomBy, zoomNow } from "./desk.js";
import { byId, make, toast } from "./dom.js";
import { plateLabel, plates, setPlate } from "./inks.js";
import { menu } from "./menus.js";
import { OVERLAYS, toggleOverlay } from "./overlays.js";
import { open, place, setSingle, setZoom, total, turn } from "./place.js";
import { on, state, tell } from "./state.js";
import { changeLanguage, t } from "./words.js";

export function startSettings() {
  menu("zoom", zooms);
  menu("overlays", overlays);
  menu("inks", inks);
  menu("compare", compares);
  menu("pass-on", passOn);
  byId("previous").addEventListener("click", () => turn(-1));
  byId("next").addEventListener("click", () => turn(1));
  byId("language").addEventListener("click", changeLanguage);
  byId("finish").addEventListener("change", () => setFinish(byId("finish").value));
  byId("draft").addEventListener("change", () => ask("draft", byId("draft").checked ? "1" : "0"));
  byId("title").addEventListener("change", () => ask("title", byId("title").value));
  byId("layout").addEventListener("change", () => ask("layout", byId("layout").value));
  on("book place state language line laid", show);
  on("finish", show);
}

/** Another variant is another address: the place in the book goes with it. */
function ask(name, value) {
  const words = new URLSearchParams(location.search);
  words.set(name, value);
  location.assign(`/?${words}${location.hash}`);
}

export function setFinish(finish) {
  state.finish = finish;
  tell("finish");
}

function show() {
  const asked = new URLSearchParams(location.search);
  const { about } = state;
  options("title", titles(), asked.get("title") ?? about.title);
  byId("title").hidden = about.titles.length < 2;
  const own = state.book.about?.layout ?? "";
  const styled = about.layouts.map((name) => [name, about.styled[name][state.language]]);
  options("layout", styled, asked.get("layout") || own);
  options("finish", [["screen", t("finish-screen")], ["press", t("finish-press")]], state.finish);
  byId("draft").checked = asked.has("draft") ? asked.get("draft") === "1" : about.draft;
  const numbers = open().map((page) => page + 1).join("–");
  const folios = open().map((page) => state.book.leaves[page]?.label || page + 1).join("–");
  const blanks = state.book.leaves.filter((leaf) => leaf?.id === "blank").length;
  byId("where").replaceChildren(
    `${numbers} / ${total() || "…"}`,
    folios === numbers ? "" : make("small", { title: t("folio") }, folios),
    blanks ? make("small", { class: "blanks" }, t("with-blanks", { count: blanks })) : "",
  );
  byId("previous").disabled = open()[0] === 0;
  byId("next").disabled = open().at(-1) >= total() - 1;
  byId("zoom").textContent = `${Math.round(zoomNow() * 100)} %`;
  byId("state").textContent = state.line === "open" ? t(`state-${state.room}`) : t("state-lost");
  document.body.dataset.room = state.line === "open" ? state.room : "lost";
  document.body.dataset.digest = state.book.about?.digest ?? "";
  document.title = `${state.book.about?.title ?? ""} ${numbers} · 版心`;
}

/** Titles as they are called; where two are called alike, with their folders. */
function titles() {
  const { titles: folders, called } = state.about;
  const alike = (name) => folders.filter((other) => called[other] === called[name]).length > 1;
  return folders.map((name) => [name, alike(name) ? `${called[name]} (${name})` : called[name]]);
}

function options(id, all, chosen) {
  const key = JSON.stringify([all, chosen]);
  if (byId(id).dataset.filled === key) return;
  byId(id).dataset.filled = key;
  byId(id).replaceChildren(...all.map(([value, label]) =>
    make("option", { value, selected: value === chosen }, label)));
}

const zooms = () => [
  [t("fit"), "0", place.zoom === "fit", () => setZoom("fit")],
  [t("fit-width"), "w", place.zoom === "width", () => setZoom("width")],
  [t("full-size"), "z", place.zoom === 1, () => setZoom(1)],
  null,
  ...[0.5, 2, 4].map((zoom) => [`${zoom * 100} %`, "", place.zoom === zoom, () => setZoom(zoom)]),
  null,
  [t("nearer"), "+", null, () => zoomBy(1)],
  [t("farther"), "−", null, () => zoomBy(-1)],
  null,
  [t("single"), "p", place.single, () => setSingle(!place.single)],
];

const overlays = () =>
  OVERLAYS.map(([name, key]) => [
    t(`overlay-${name}`), key, state.overlays.has(name), () => toggleOverlay(name), name,
  ]);

const inks = () => [
  ...plates().map(([name, key]) => [
    plateLabel(name), key, state.plate === name, () => setPlate(name),
    name.startsWith("spot:") ? "spot" : name,
  ]),
  null,
  [t("all-plates"), "", state.plate === "", () => setPlate("")],
  [t("overlay-ink"), "i", state.overlays.has("ink"), () => toggleOverlay("ink")],
];

const compares = () => [
  [t("blink"), "c", state.compare === "blink", () => setCompare("blink")],
  [t("difference"), "v", state.compare === "difference", () => setCompare("difference")],
  null,
  [t("next-change-counted", { count: changedPages().length }), "n", null, goToChange],
  null,
  ...choices().map((choice) => [
    t("beside", { name: labelOf(choice) }), choice === "before" ? "j" : "",
    besides() === choice, () => setBeside(choice),
  ]),
];

const passOn = () =>
  ["png", "pdf"].map((form) => [t(`download-${form}`), "", null, () => download(form)]);

function download(form) {
  const leaves = open().map((page) => state.book.leaves[page]);
  const ids = leaves.filter((leaf) => leaf && leaf.id !== "blank").map((leaf) => leaf.id);
  if (!ids.length) {
    toast(t("coming"));
    return;
  }
  const pages = open().map((page) => page + 1).join("-");
  const name = `${state.book.about?.title ?? "banxin"}-${pages}`;
  make("a", {
    href: `/spread/${ids.join("+")}.${form}?as=${encodeURIComponent(name)}`, download: "",
  }).click();
}
