/** Search: words on the pages, pictures by their names, pages by their numbers. */

import { shownSheets } from "./desk.js";
import { byId, make } from "./dom.js";
import { variant } from "./line.js";
import { frame } from "./overlays.js";
import { goTo } from "./place.js";
import { on, state } from "./state.js";
import { t } from "./words.js";

const REST = 180; // ms without a key, after which it is looked for

let waiting = 0;
let turn = 0;
let hits = [];

export function startSearch() {
  byId("find").addEventListener("click", () => toggleSearch());
  byId("search-words").addEventListener("input", soon);
  byId("search").addEventListener("keydown", walked);
  on("language", show);
}

export function toggleSearch(shown = byId("search").hidden) {
  byId("search").hidden = !shown;
  byId("find").setAttribute("aria-expanded", String(shown));
  if (shown) byId("search-words").select();
  (shown ? byId("search-words") : byId("desk")).focus({ preventScroll: true });
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(look, REST);
}

async function look() {
  const words = byId("search-words").value.trim();
  const mine = ++turn;
  const address = `/search?words=${encodeURIComponent(words)}&${variant()}`;
  const found = words ? await fetch(address).then((a) => (a.ok ? a.json() : []), () => []) : [];
  if (mine !== turn) return;
  hits = found;
  show();
}

function show() {
  const words = byId("search-words").value.trim();
  byId("search-found").replaceChildren(...hits.map(hit));
  byId("search-count").textContent = words ? t("found-count", { count: hits.length }) : "";
}

function hit({ kind, page, box, words }) {
  const folio = state.book.leaves[page]?.label;
  return make("li", {}, make("button", { onclick: () => go(page, box) },
    make("span", { class: "kind" }, t(`found-${kind}`)),
    make("span", { class: "message" }, kind === "page" ? "" : words),
    make("span", { class: "page" }, t("page-number", { page: page + 1 }),
      folio && folio !== String(page + 1) ? make("small", { title: t("folio") }, folio) : null)));
}

function go(page, box) {
  goTo(page);
  const sheet = shownSheets().find((one) => one.page === page);
  frame(sheet, box)?.scrollIntoView({ block: "center", inline: "center" });
}

function walked(event) {
  event.stopPropagation();
  const all = [...byId("search-found").querySelectorAll("button")];
  const now = all.indexOf(document.activeElement);
  if (event.key === "Escape") toggleSearch(false);
  else if (event.key === "ArrowDown") all[Math.min(all.length - 1, now + 1)]?.focus();
  else if (event.key === "ArrowUp") (now > 0 ? all[now - 1] : byId("search-words")).focus();
  else if (event.key === "Enter" && now < 0) all[0]?.click();
  else return;
  event.preventDefault();
}
