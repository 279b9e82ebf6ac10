/** Where one is in the book, and how near: kept in the address, so that a reload finds it again. */

import { state, tell } from "./state.js";
import { spreadWith, turned } from "./spreads.js";

export const PER_MM = 96 / 25.4; // CSS pixels to the millimetre at 100 %
export const STEPS = [0.25, 0.33, 0.5, 0.67, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8];

/**
 * `page` from 0; `zoom`: fit, width, or a number, 1 for the true size; `x` and `y`: what is in the
 * middle of the desk, in shares of the spread.
 */
export const place = { page: 0, single: false, zoom: "fit", x: 0.5, y: 0.5 };

export const total = () => state.book.leaves.length;

/** Folds on a side of a leaflet, in mm from its left edge; on a page of a book there are none. */
export function foldsOn(page) {
  const folds = state.book.about?.folds ?? [];
  return folds.length ? folds[page % folds.length] : [];
}

export const isLeaflet = () => (state.book.about?.folds ?? []).length > 0;

const narrow = matchMedia("(max-width: 600px)");

narrow.addEventListener("change", () => tell("place"));

/** On a phone pages are seen one by one, and with little around them. */
export const isNarrow = () => narrow.matches;

/** The sides of a leaflet lie one by one. */
const isSingle = () => place.single || isLeaflet() || isNarrow();

export const open = () => spreadWith(place.page, Math.max(1, total()), isSingle());

export function goTo(page) {
  const before = open().join();
  place.page = page;
  if (open().join() !== before) place.y = typeof place.zoom === "number" ? 0 : 0.5;
  keep();
  tell("place");
}

export const turn = (step) => goTo(turned(place.page, total(), step, isSingle()));

export function setZoom(zoom) {
  place.zoom = zoom;
  if (typeof zoom !== "number") place.x = place.y = 0.5;
  keep();
  tell("place");
}

export function setSingle(single) {
  place.single = single;
  keep();
  tell("place");
}

let waiting = 0;

/** Into the address; the scroll position not at every pixel. */
export function keep() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const words = new URLSearchParams();
    words.set("p", place.page + 1);
    if (place.single) words.set("single", "1");
    if (place.zoom !== "fit") words.set("zoom", place.zoom);
    if (typeof place.zoom === "number") {
      words.set("at", `${place.x.toFixed(4)},${place.y.toFixed(4)}`);
    }
    if (state.overlays.size) words.set("show", [...state.overlays].join("."));
    history.replaceState(null, "", `${location.pathname}${location.search}#${words}`);
  }, 120);
}

export function restore() {
  const words = new URLSearchParams(location.hash.slice(1));
  const number = Number.parseInt(words.get("p") ?? "1", 10);
  place.page = Number.isFinite(number) ? Math.max(0, number - 1) : 0;
  place.single = words.has("single");
  const zoom = words.get("zoom") ?? "fit";
  place.zoom = Number(zoom) > 0 ? Number(zoom) : zoom === "width" ? "width" : "fit";
  const [x, y] = (words.get("at") ?? "").split(",").map(Number);
  if (Number.isFinite(x) && Number.isFinite(y)) Object.assign(place, { x, y });
  for (const name of (words.get("show") ?? "").split(".").filter(Boolean)) {
    state.overlays.add(name);
  }
}
