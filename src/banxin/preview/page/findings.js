/** The panel of findings: what preflight says, as it is now; each leads to its page and its line. */

import { shownSheets } from "./desk.js";
import { byId, make } from "./dom.js";
import { frame, toggleOverlay } from "./overlays.js";
import { goTo, open } from "./place.js";
import { nameLine } from "./source.js";
import { on, state, tell } from "./state.js";
import { said, t } from "./words.js";

const RANKS = ["crash", "error", "warning", "skipped", "note"];
const ORDERS = ["page", "kind", "weight"];
const hidden = new Set(); // severities that are not listed
let order = "page"; // one of these: how they are listed
let pinned = false; // the panel has put the pins there

export function startFindings() {
  on("findings language", show);
  on("place", mark);
  on("panel", () => byId("findings").hidden || toggleFindings(false));
  byId("findings-button").addEventListener("click", () => toggleFindings());
  byId("spread").addEventListener("pin", (event) => point(event.detail));
}

export function toggleFindings(shown = byId("findings").hidden) {
  if (shown) tell("findings-open");
  byId("findings").hidden = !shown;
  byId("findings-button").setAttribute("aria-expanded", String(shown));
  document.body.classList.toggle("with-findings", shown);
  if (shown && !state.overlays.has("pins")) {
    pinned = true;
    toggleOverlay("pins", true);
  } else if (!shown && pinned) {
    pinned = false;
    toggleOverlay("pins", false);
  }
  const first = shown ? byId("findings").querySelector("button") : byId("desk");
  first?.focus({ preventScroll: true });
}

const counted = (rank) => state.findings.findings.filter((f) => f.severity === rank).length;

function show() {
  showCount();
  const { findings, complete } = state.findings;
  const filters = RANKS.filter(counted).map((rank) =>
    make(
      "button",
      {
        class: `filter ${rank}`,
        "aria-pressed": String(!hidden.has(rank)),
        onclick: () => {
          if (!hidden.delete(rank)) hidden.add(rank);
          show();
        },
      },
      `${t(`severity-${rank}`)} ${counted(rank)}`,
    ),
  );
  const listed = findings.map((finding, index) => ({ finding, index }))
    .filter(({ finding }) => !hidden.has(finding.severity));
  byId("findings").replaceChildren(
    make("h2", {}, t("findings"), complete ? null : make("small", {}, t("checking"))),
    make("div", { class: "filters" }, ...filters),
    make("div", { class: "filters orders" }, ...ORDERS.map(orderButton)),
    ...(listed.length ? groups(listed) : [make("p", { class: "quiet" }, t("nothing-found"))]),
  );
  mark();
}

const orderButton = (name) => make("button", {
  class: "filter order", "aria-pressed": String(order === name), "data-order": name,
  onclick: () => {
    order = name;
    show();
    byId("findings").querySelector(`[data-order="${name}"]`)?.focus();
  },
}, t(`order-${name}`));

/** What is listed, in its order, under headings: by page, by kind, or by weight as it was told. */
function* groups(listed) {
  if (order === "weight") {
    yield make("ol", {}, ...listed.map(({ finding, index }) => row(finding, index)));
    return;
  }
  const key = order === "page"
    ? ({ finding }) => finding.place.page ?? 0
    : ({ finding }) => finding.code;
  const sorted = [...listed].sort((one, two) => (key(one) < key(two) ? -1 : key(one) > key(two) ? 1
    : one.index - two.index));
  for (let at = 0; at < sorted.length;) {
    const of = key(sorted[at]);
    const end = sorted.findIndex((one, index) => index >= at && key(one) !== of);
    const group = sorted.slice(at, end < 0 ? sorted.length : end);
    const named = order === "kind" ? of : of ? t("page-number", { page: of }) : t("of-the-whole");
    yield make("h3", { class: "group" }, named, make("small", {}, String(group.length)));
    yield make("ol", {}, ...group.map(({ finding, index }) => row(finding, index)));
    at += group.length;
  }
}

function showCount() {
  const worst = RANKS.find(counted) ?? "none";
  const grave = counted("crash") + counted("error");
  const all = state.findings.findings.length || (state.findings.complete ? 0 : "…");
  const shown = grave || counted("warning") || all;
  byId("findings-button").className = `count ${worst}`;
  byId("findings-button").textContent = `${t("findings")} ${shown}`;
  byId("findings-button").setAttribute(
    "aria-label",
    `${t("findings")}: ${RANKS.filter(counted).map((r) => `${t(`severity-${r}`)} ${counted(r)}`).join(", ")}`,
  );
}

function row(finding, index) {
  const { place, severity, code, message, hint, source, cause } = finding;
  const where = [place.file, place.line].filter(Boolean).join(":");
  return make(
    "li",
    { class: severity, "data-index": index, "data-page": place.page ?? "" },
    make(
      "button",
      { class: "finding", onclick: () => showOnPage(finding) },
      make("span", { class: `pin ${severity}` }, String(index + 1)),
      make("span", { class: "message" }, said(message)),
      place.page ? make("span", { class: "page" }, t("page-number", { page: place.page })) : null,
    ),
    make(
      "div",
      { class: "more" },
      /[\p{L}\p{N}]/u.test(source) ? make("pre", {}, source.trim()) : null,
      said(hint) ? make("p", { class: "hint" }, said(hint)) : null,
      make("p", { class: "where" },
        where
          ? make("button", { class: "link",
              onclick: () => nameLine(place.file, place.line, place.column) }, where)
          : null,
        make("span", { class: "code" }, code)),
      cause
        ? make("p", { class: "where cause" },
            make("button", { class: "link",
              onclick: () => nameLine(cause.place.file, cause.place.line, 1) },
              [cause.place.file, cause.place.line].filter(Boolean).join(":")),
            make("code", {}, cause.written))
        : null,
    ),
  );
}

function showOnPage({ place }) {
  if (!place.page) return;
  goTo(place.page - 1);
  const sheet = shownSheets().find((one) => one.page === place.page - 1);
  frame(sheet, place.box_mm);
}

/** Open the panel at one finding. */
function point(index) {
  toggleFindings(true);
  const row = byId("findings").querySelector(`[data-index="${index}"]`);
  row?.scrollIntoView({ block: "center" });
  row?.querySelector("button").focus({ preventScroll: true });
}

/** Findings of the open pages stand out. */
function mark() {
  const pages = new Set(open().map((page) => String(page + 1)));
  for (const row of byId("findings").querySelectorAll("li")) {
    row.classList.toggle("here", pages.has(row.dataset.page));
  }
}
