/** All spreads at once, small. */

import { byId, make } from "./dom.js";
import { goTo, isLeaflet, open, total } from "./place.js";
import { allSpreads } from "./spreads.js";
import { on, state } from "./state.js";
import { t } from "./words.js";

const WIDTH = 104; // CSS pixels of a page
const WIDE = 222; // of a side of a leaflet

export function startThumbnails() {
  on("book language findings place", () => byId("thumbnails").hidden || show());
  byId("where").addEventListener("click", () => toggleThumbnails());
  byId("thumbnails").addEventListener("keydown", walked);
}

export function toggleThumbnails(shown = byId("thumbnails").hidden) {
  byId("thumbnails").hidden = !shown;
  byId("where").setAttribute("aria-expanded", String(shown));
  if (shown) {
    show();
    byId("thumbnails").querySelector("[aria-current]")?.focus();
  } else {
    byId("desk").focus({ preventScroll: true });
  }
}

function show() {
  const focused = document.activeElement?.closest?.("#thumbnails button")?.dataset.page;
  const here = open().join();
  const box = byId("thumbnails");
  const buttons = allSpreads(total(), isLeaflet()).map((pages) => thumbnail(pages, pages.join() === here));
  box.replaceChildren(make("div", { class: "spreads" }, ...buttons));
  if (focused) box.querySelector(`[data-page="${focused}"]`)?.focus({ preventScroll: true });
}

function thumbnail(pages, here) {
  const labels = pages.map((page) => state.book.leaves[page]?.label || page + 1);
  const found = state.findings.findings.filter(
    ({ place, severity }) => pages.includes((place.page ?? 0) - 1) && severity !== "note",
  ).length;
  const changed = pages.some((page) => page in state.book.before);
  return make(
    "button",
    {
      class: pages.length > 1 || isLeaflet() ? "" : pages[0] ? "verso" : "recto",
      "data-page": pages[0],
      "aria-current": here ? "page" : false,
      "aria-label": t("pages-of", { pages: labels.join("–") }),
      onclick: () => {
        goTo(pages[0]);
        toggleThumbnails(false);
      },
    },
    make("span", { class: "leaves" }, ...pages.map(small)),
    make("span", { class: "label" }, labels.join("–"),
      changed ? make("i", { class: "changed", title: t("changed") }) : null,
      found ? make("i", { class: "found" }, String(found)) : null),
  );
}

function small(page) {
  const leaf = state.book.leaves[page];
  const ratio = leaf ? leaf.height / leaf.width : 1.36;
  const width = isLeaflet() ? WIDE : WIDTH;
  const size = { width, height: Math.round(width * ratio) };
  if (!leaf || leaf.id === "blank") return sized(make("span", { class: "leaf" }), size);
  const [left, top, right, bottom] = leaf.bleed;
  const scale = width / leaf.width;
  const wide = (leaf.width + left + right) * scale;
  const image = make("img", {
    src: `/leaf/${leaf.id}/${Math.round(wide * devicePixelRatio)}`,
    alt: "",
    loading: "lazy",
    draggable: "false",
  });
  Object.assign(image.style, {
    width: `${wide}px`,
    height: `${(leaf.height + top + bottom) * scale}px`,
    left: `${-left * scale}px`,
    top: `${-top * scale}px`,
  });
  return sized(make("span", { class: "leaf" }, image), size);
}

function sized(element, { width, height }) {
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
  return element;
}

/** Arrows go from spread to spread, as they lie. */
function walked(event) {
  const all = [...byId("thumbnails").querySelectorAll("button")];
  const now = all.indexOf(document.activeElement);
  if (now < 0) return;
  const row = all.filter((button) => button.offsetTop === all[now].offsetTop).length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key];
  if (event.key === "Home") all[0].focus();
  else if (event.key === "End") all.at(-1).focus();
  else if (step) all[Math.min(all.length - 1, Math.max(0, now + step))].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
