/** The book's rhythm: all spreads in a row, 40 px high, and below each page how full it is. */

import { byId, make } from "./dom.js";
import { goTo, isLeaflet, open, total } from "./place.js";
import { allSpreads } from "./spreads.js";
import { on, state } from "./state.js";
import { t } from "./words.js";

const HIGH = 40; // CSS pixels
const THIN = 0.35; // of a type area: a page with less is looked at twice

export function startRhythm() {
  on("book language", () => byId("rhythm").hidden || show());
  on("place", mark);
  byId("rhythm").addEventListener("keydown", walked);
}

export function toggleRhythm(shown = byId("rhythm").hidden) {
  byId("rhythm").hidden = !shown;
  if (shown) show();
}

function show() {
  const focused = document.activeElement?.closest?.("#rhythm button")?.dataset.page;
  const spreads = allSpreads(total(), isLeaflet());
  byId("rhythm").replaceChildren(...spreads.map((pages) =>
    make("button", {
      "data-page": pages[0],
      "aria-label": `${t("pages-of", { pages: labels(pages) })}, ${pages.map(said).join(", ")}`,
      title: `${labels(pages)}: ${pages.map(said).join(" · ")}`,
      onclick: () => goTo(pages[0]),
    }, ...pages.map(beat))));
  if (focused) byId("rhythm").querySelector(`[data-page="${focused}"]`)?.focus({ preventScroll: true });
  mark();
}

const labels = (pages) => pages.map((page) => state.book.leaves[page]?.label || page + 1).join("–");
const full = (page) => state.book.fullness?.[page] ?? 0;
const said = (page) => t("full", { percent: Math.round(full(page) * 100) });

function beat(page) {
  const leaf = state.book.leaves[page];
  const wide = Math.round(HIGH * (leaf ? leaf.width / leaf.height : 0.74));
  const paper = make("span", { class: "leaf" });
  paper.style.width = `${wide}px`;
  if (leaf && leaf.id !== "blank") paper.append(picture(leaf, wide));
  const bar = make("i");
  bar.style.width = `${Math.round(full(page) * 100)}%`;
  const thin = full(page) < THIN && leaf?.id !== "blank";
  return make("span", { class: "beat" }, paper, make("span", { class: thin ? "full thin" : "full" }, bar));
}

function picture(leaf, wide) {
  const [left, top, right, bottom] = leaf.bleed;
  const scale = wide / leaf.width;
  const whole = (leaf.width + left + right) * scale;
  const image = make("img", {
    src: `/leaf/${leaf.id}/${Math.max(16, Math.round(whole * devicePixelRatio))}`,
    alt: "", loading: "lazy", draggable: "false",
  });
  Object.assign(image.style, {
    width: `${whole}px`, height: `${(leaf.height + top + bottom) * scale}px`,
    left: `${-left * scale}px`, top: `${-top * scale}px`,
  });
  return image;
}

function mark() {
  if (byId("rhythm").hidden) return;
  const here = String(open()[0]);
  for (const button of byId("rhythm").children) {
    const is = button.dataset.page === here;
    if (is) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
    if (is) button.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function walked(event) {
  const all = [...byId("rhythm").children];
  const now = all.indexOf(document.activeElement);
  const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
  if (now < 0 || to === undefined || !all[to]) return;
  all[to].focus();
  event.preventDefault();
  event.stopPropagation();
}
