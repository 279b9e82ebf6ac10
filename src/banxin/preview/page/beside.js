/** Side by side: the same place as it was before, or in another layout, scrolled together. */

import { air, scale } from "./desk.js";
import { byId, make } from "./dom.js";
import { open, place } from "./place.js";
import { spreadWith } from "./spreads.js";
import { on, state, tell } from "./state.js";
import { t } from "./words.js";

const AGAIN = 1500; // ms until a line that was cut is taken up again

let shown = ""; // before, or layout:NAME
let book = null; // of the other layout
let socket = null;
let looking = "";

export const besides = () => shown;

/** What can be put beside: what it was before, and every other layout. */
export const choices = () => ["before", ...state.about.layouts
  .filter((name) => name !== (state.book.about?.layout ?? state.about.layout))
  .map((name) => `layout:${name}`)];

export const labelOf = (choice) => choice === "before"
  ? t("before")
  : state.about.styled[choice.slice("layout:".length)][state.language];

export function startBeside() {
  on("book place language laid", () => shown && lay());
  byId("desk").addEventListener("scroll", follow, { passive: true });
  byId("beside").addEventListener("scroll", lead, { passive: true });
}

export function setBeside(choice) {
  shown = shown === choice ? "" : choice;
  socket?.close();
  socket = book = null;
  looking = "";
  byId("beside").hidden = !shown;
  document.body.classList.toggle("side-by-side", Boolean(shown));
  if (shown.startsWith("layout:")) connect(shown);
  tell("resized");
  lay();
}

function connect(choice) {
  const words = new URLSearchParams(location.search);
  words.set("layout", choice.slice("layout:".length));
  const address = new URL(`/line?${words}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const line = new WebSocket(address);
  socket = line;
  line.addEventListener("message", (event) => {
    const said = JSON.parse(event.data);
    if (socket !== line || said.kind !== "book") return;
    book = said;
    lay();
  });
  line.addEventListener("close", () => socket === line && setTimeout(() => {
    if (socket === line) connect(choice);
  }, AGAIN));
}

/** The pages that lie there: as they were, or where the other layout has what is open here. */
async function pages() {
  if (shown === "before") {
    return open().map((page) => {
      const leaf = state.book.leaves[page];
      const id = state.book.before[page];
      return leaf && id ? { ...leaf, id } : leaf;
    });
  }
  if (!book) return [];
  const at = await elsewhere();
  const numbers = spreadWith(at, Math.max(1, book.leaves.length), (book.about?.folds ?? []).length > 0);
  const said = JSON.stringify({ kind: "look", pages: [numbers[0], numbers.at(-1)], width: 0 });
  if (said !== looking && socket?.readyState === WebSocket.OPEN) {
    looking = said;
    socket.send(said);
  }
  return numbers.map((page) => book.leaves[page]);
}

/** Where in the other layout the first block of the open pages stands. */
async function elsewhere() {
  const words = new URLSearchParams(location.search);
  words.set("layout", shown.slice("layout:".length));
  for (const page of open()) {
    const stands = state.book.leaves[page]?.stands;
    if (!stands || stands === "blank") continue;
    const all = await fetch(`/stands/${stands}`).then((a) => (a.ok ? a.json() : []), () => []);
    const first = all.find((stand) => stand.file);
    if (!first) continue;
    words.set("file", first.file);
    words.set("line", first.line);
    const answer = await fetch(`/page-of?${words}`).then((a) => (a.ok ? a.json() : null), () => null);
    if (Number.isInteger(answer?.page)) return answer.page;
  }
  return Math.min(open()[0], book.leaves.length - 1);
}

let turn = 0;

async function lay() {
  const mine = ++turn;
  const choice = shown;
  const leaves = await pages();
  if (mine !== turn || choice !== shown || !shown) return;
  const spread = make("div", { class: "other-spread" }, ...leaves.map((leaf) => leafOf(leaf, scaleOf(leaves))));
  byId("beside").setAttribute("aria-label", labelOf(shown));
  byId("beside").replaceChildren(
    make("p", { class: "other-name" }, labelOf(shown)),
    make("div", { class: "other-table" }, leaves.length ? spread : make("p", {}, t("coming"))));
  move(byId("desk"), byId("beside"));
}

/** As large as on the desk; where that is fitted to its room, this is fitted to its own. */
function scaleOf(leaves) {
  if (typeof place.zoom === "number") return scale;
  const wide = leaves.reduce((sum, leaf) => sum + (leaf?.width ?? 210), 0);
  return Math.min(scale, Math.max(60, byId("beside").clientWidth - 2 * air()) / wide);
}

function leafOf(leaf, scale) {
  const paper = make("span", { class: "leaf" });
  const ratio = leaf ?? { width: 210, height: 285 };
  Object.assign(paper.style, {
    width: `${ratio.width * scale}px`, height: `${ratio.height * scale}px`,
  });
  if (!leaf || leaf.id === "blank") return paper;
  const [left, top, right, bottom] = leaf.bleed;
  const wide = (leaf.width + left + right) * scale;
  const image = make("img", {
    src: `/leaf/${leaf.id}/${Math.min(2200, Math.round(wide * devicePixelRatio))}`,
    alt: "", draggable: "false", "data-id": leaf.id,
  });
  Object.assign(image.style, {
    width: `${wide}px`, height: `${(leaf.height + top + bottom) * scale}px`,
    left: `${-left * scale}px`, top: `${-top * scale}px`,
  });
  paper.append(image);
  return paper;
}

// --- scrolled together ------------------------------------------------------------------------

const put = new WeakMap(); // where each was moved to: its own scrolling there is no hand's

const share = (box, side, size) => {
  const room = box[`scroll${size}`] - box[`client${size}`];
  return room > 0 ? box[`scroll${side}`] / room : 0.5;
};

function move(from, to) {
  for (const [side, size] of [["Left", "Width"], ["Top", "Height"]]) {
    const room = to[`scroll${size}`] - to[`client${size}`];
    to[`scroll${side}`] = share(from, side, size) * Math.max(0, room);
  }
  put.set(to, [to.scrollLeft, to.scrollTop]);
}

/** Whether a box stands where it was moved to, and no hand has moved it since. */
function isPut(box) {
  const [left, top] = put.get(box) ?? [-1, -1];
  const stands = Math.abs(box.scrollLeft - left) < 1 && Math.abs(box.scrollTop - top) < 1;
  if (!stands) put.delete(box);
  return stands;
}

function follow() {
  if (shown && !isPut(byId("desk"))) move(byId("desk"), byId("beside"));
}

function lead() {
  if (shown && !isPut(byId("beside"))) move(byId("beside"), byId("desk"));
}
