/** The desk: the spread that lies open, at its zoom, where one has moved it to. */

import { byId } from "./dom.js";
import { look } from "./line.js";
import { drawOverlays } from "./overlays.js";
import { PER_MM, STEPS, isNarrow, keep, open, place, setZoom } from "./place.js";
import { Sheet } from "./sheet.js";
import { isRecto } from "./spreads.js";
import { on, state, tell } from "./state.js";

/** CSS pixels of desk around the spread; rulers need some of it. */
export const air = () => (isNarrow() ? (state.overlays.has("rulers") ? 26 : 10) : 44);
const A_PAGE = { width: 210, height: 285, bleed: [0, 0, 0, 0] }; // mm, until one has come

const desk = byId("desk");
const table = byId("table");
const spread = byId("spread");
const sheets = [new Sheet(), new Sheet()];

export const shownSheets = () => sheets.filter((sheet) => sheet.element.isConnected);

/** CSS pixels to the millimetre, as it is now. */
export let scale = 1;

export function startDesk() {
  on("book place overlays resized", lay);
  on("finish plate compare", () => shownSheets().forEach((sheet) => sheet.refresh()));
  new ResizeObserver(lay).observe(desk);
  desk.addEventListener("scroll", scrolled, { passive: true });
  desk.addEventListener("wheel", wheeled, { passive: false });
  desk.addEventListener("pointerdown", grabbed);
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", lay);
}

/** Lay the pages out as they are now. Nothing moves that need not. */
export function lay() {
  const pages = open();
  const leaves = pages.map((page) => state.book.leaves[page] ?? null);
  const sizes = leaves.map((leaf) => leaf ?? state.book.leaves.find(Boolean) ?? A_PAGE);
  const wide = sizes.reduce((sum, size) => sum + size.width, 0);
  const high = Math.max(...sizes.map((size) => size.height));
  scale = scaleFor(wide, high);
  const width = Math.round(wide * scale);
  const height = Math.round(high * scale);
  Object.assign(spread.style, { width: `${width}px`, height: `${height}px` });
  Object.assign(table.style, {
    width: `${Math.max(desk.clientWidth, width + 2 * air())}px`,
    height: `${Math.max(desk.clientHeight, height + 2 * air())}px`,
  });
  let left = 0;
  pages.forEach((page, index) => {
    const sheet = sheets[index];
    const fold = pages.length < 2 ? "none" : index ? "left" : "right";
    if (!sheet.element.isConnected) spread.append(sheet.element);
    sheet.element.style.left = `${Math.round(left)}px`;
    sheet.element.classList.toggle("recto", isRecto(page));
    if (!leaves[index]) {
      sheet.element.style.width = `${sizes[index].width * scale}px`;
      sheet.element.style.height = `${sizes[index].height * scale}px`;
    }
    sheet.lay(page, leaves[index], scale, state.overlays.has("bleed"), fold);
    left += sizes[index].width * scale;
  });
  for (const sheet of sheets.slice(pages.length)) {
    sheet.element.remove();
    sheet.clear();
    sheet.page = -1;
  }
  spread.classList.toggle("compares", Boolean(state.compare));
  centre();
  drawOverlays();
  look(pages, Math.min(2200, shownSheets()[0]?.pixels ?? 0));
  sharpenSoon();
  tell("laid");
}

function scaleFor(wide, high) {
  if (typeof place.zoom === "number") return place.zoom * PER_MM;
  const room = [desk.clientWidth - 2 * air(), desk.clientHeight - 2 * air()];
  const fits = [Math.max(60, room[0]) / wide, Math.max(60, room[1]) / high];
  return place.zoom === "width" ? fits[0] : Math.min(...fits);
}

/** 1 for the true size. */
export const zoomNow = () => scale / PER_MM;

/** A step nearer (1) or farther (-1); *at* stays where it is, in client pixels. */
export function zoomBy(step, at = null) {
  const now = zoomNow();
  const steps = step > 0 ? STEPS.filter((z) => z > now * 1.01) : STEPS.filter((z) => z < now * 0.99);
  zoomTo(step > 0 ? steps[0] ?? now : steps.at(-1) ?? now, at);
}

function zoomTo(zoom, at) {
  const box = spread.getBoundingClientRect();
  const middle = desk.getBoundingClientRect();
  const point = at ?? [middle.left + middle.width / 2, middle.top + middle.height / 2];
  const share = [(point[0] - box.left) / box.width, (point[1] - box.top) / box.height];
  const factor = (zoom * PER_MM) / scale;
  // What is under the pointer stays under it: so the middle of the desk moves.
  place.x = share[0] + (middle.left + middle.width / 2 - point[0]) / (box.width * factor);
  place.y = share[1] + (middle.top + middle.height / 2 - point[1]) / (box.height * factor);
  place.zoom = zoom;
  keep();
  tell("place");
}

// --- scrolling ---------------------------------------------------------------------------

let centring = false;

/** Bring the place that is kept into the middle of the desk. */
function centre() {
  const x = spread.offsetLeft + place.x * spread.offsetWidth - desk.clientWidth / 2;
  const y = spread.offsetTop + place.y * spread.offsetHeight - desk.clientHeight / 2;
  if (Math.abs(desk.scrollLeft - x) < 1 && Math.abs(desk.scrollTop - y) < 1) return;
  centring = true;
  desk.scrollTo(x, y);
  requestAnimationFrame(() => (centring = false));
}

function scrolled() {
  if (!centring && spread.offsetWidth) {
    const x = desk.scrollLeft + desk.clientWidth / 2 - spread.offsetLeft;
    const y = desk.scrollTop + desk.clientHeight / 2 - spread.offsetTop;
    if (table.offsetWidth > desk.clientWidth) place.x = x / spread.offsetWidth;
    if (table.offsetHeight > desk.clientHeight) place.y = y / spread.offsetHeight;
    keep();
  }
  sharpenSoon();
}

let waiting = 0;

function sharpenSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(sharpen, 60);
}

/** Fetch sharply what is seen of each page. */
function sharpen() {
  const seen = desk.getBoundingClientRect();
  for (const sheet of shownSheets()) {
    const box = sheet.element.getBoundingClientRect();
    const x0 = Math.max(seen.left, box.left - 20);
    const y0 = Math.max(seen.top, box.top - 20);
    const x1 = Math.min(seen.right, box.right + 20);
    const y1 = Math.min(seen.bottom, box.bottom + 20);
    if (x1 > x0 && y1 > y0) {
      sheet.sharpen({ x: x0 - box.left, y: y0 - box.top, width: x1 - x0, height: y1 - y0 });
    }
  }
}

function wheeled(event) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const zoom = Math.min(8, Math.max(0.1, zoomNow() * Math.exp(-event.deltaY / 300)));
  zoomTo(Number(zoom.toFixed(3)), [event.clientX, event.clientY]);
}

/** The middle button, or the space bar held, moves the desk. */
function grabbed(event) {
  if (event.button !== 1 && !desk.classList.contains("grabbing")) return;
  event.preventDefault();
  const start = [event.clientX + desk.scrollLeft, event.clientY + desk.scrollTop];
  const move = (now) => desk.scrollTo(start[0] - now.clientX, start[1] - now.clientY);
  desk.setPointerCapture(event.pointerId);
  desk.addEventListener("pointermove", move);
  desk.addEventListener("pointerup", () => desk.removeEventListener("pointermove", move), {
    once: true,
  });
}

/** Toggle between the whole spread and its true size. */
export const fitOrFull = () => setZoom(place.zoom === "fit" ? 1 : "fit");

/** Scroll by shares of the desk; false where there is nothing more to scroll. */
export function scrollBy(x, y) {
  const before = [desk.scrollLeft, desk.scrollTop];
  desk.scrollBy({ left: x * desk.clientWidth, top: y * desk.clientHeight });
  return desk.scrollLeft !== before[0] || desk.scrollTop !== before[1];
}
