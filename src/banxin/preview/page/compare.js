/** Before and after the last change: turn by turn, or what differs. */

import { byId, make, toast } from "./dom.js";
import { shownSheets } from "./desk.js";
import { goTo } from "./place.js";
import { on, state, tell } from "./state.js";
import { t } from "./words.js";

const TURN = 900; // ms: slower than what harms (WCAG 2.2, 2.3.1: three flashes a second)

let ticking = 0;

export function startCompare() {
  on("book place laid", refresh);
  on("language", label);
}

/** `blink`, `difference`, or an empty text for neither. */
export function setCompare(mode) {
  state.compare = state.compare === mode ? "" : mode;
  const changed = changedPages();
  if (state.compare && !changed.length) toast(t("no-change"));
  if (state.compare && changed.length && !shownSheets().some((s) => changed.includes(s.page))) {
    goTo(changed[0]);
  }
  clearInterval(ticking);
  document.body.classList.remove("before");
  if (state.compare === "blink") {
    ticking = setInterval(() => showBefore(!document.body.classList.contains("before")), TURN);
  }
  tell("compare");
  refresh();
}

/** While a key is held: how it was. */
export function holdBefore(held) {
  if (!state.compare && held) setCompare("hold");
  showBefore(held);
  if (!held && state.compare === "hold") setCompare("hold");
}

function showBefore(shown) {
  document.body.classList.toggle("before", shown);
  label();
}

export const changedPages = () => Object.keys(state.book.before).map(Number).sort((a, b) => a - b);

/** The first page that has changed, in the open spread or after it. */
export function goToChange() {
  const changed = changedPages();
  if (!changed.length) {
    toast(t("no-change"));
    return;
  }
  const here = Math.max(...shownSheets().map((sheet) => sheet.page));
  goTo(changed.find((page) => page > here) ?? changed[0]);
}

function refresh() {
  document.body.dataset.compare = state.compare;
  label();
}

function label() {
  const there = document.getElementById("compared");
  there?.remove();
  if (!state.compare) return;
  const before = document.body.classList.contains("before");
  const text = state.compare === "difference" ? t("difference") : t(before ? "before" : "after");
  byId("desk").after(make("p", { id: "compared", "aria-hidden": "true" }, text));
}
