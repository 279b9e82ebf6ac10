/** What is broken, on top of the last good pages; it goes when it is mended. */

import { byId, make } from "./dom.js";
import { nameLine } from "./source.js";
import { on, state } from "./state.js";
import { said, t } from "./words.js";

const MOST = 6; // faults shown at once; the others are counted

let aside = false; // put away until something else is broken

export function startTrouble() {
  on("faults line", () => {
    aside = false;
    show();
  });
  on("language", show);
}

/** Put it away; whether it was there. */
export function hideTrouble() {
  const there = !byId("trouble").hidden;
  aside = true;
  show();
  return there;
}

function show() {
  const box = byId("trouble");
  const lost = state.line === "lost";
  box.hidden = aside || (!state.faults.length && !lost);
  document.body.classList.toggle("in-trouble", !box.hidden);
  if (box.hidden) {
    box.replaceChildren();
    return;
  }
  const rest = state.faults.length - MOST;
  box.replaceChildren(
    make("button", { class: "close", "aria-label": t("close"), onclick: hideTrouble }, "×"),
    make("h2", {}, lost ? t("line-lost") : t("broken")),
    make("p", { class: "quiet" }, lost ? t("line-lost-more") : t("broken-more")),
    ...(lost ? [] : state.faults.slice(0, MOST).map(fault)),
    ...(rest > 0 && !lost ? [make("p", { class: "quiet" }, t("more", { count: rest }))] : []),
  );
}

/** One fault: where, what, the line with a mark under the place, what to do. */
function fault({ code, place, source, message, hint }) {
  const where = [place.file, place.line, place.column].filter(Boolean).join(":");
  return make(
    "article",
    {},
    make(
      "p",
      { class: "where" },
      where
        ? make(
            "button",
            { class: "link", onclick: () => nameLine(place.file, place.line, place.column) },
            where,
          )
        : null,
      make("span", { class: "code" }, code),
    ),
    make("p", { class: "message" }, said(message)),
    source ? excerpt(source, place) : null,
    said(hint) ? make("p", { class: "hint" }, said(hint)) : null,
  );
}

/** The line, and a mark under the place where it has one. */
function excerpt(source, place) {
  const number = `${place.line} │ `;
  const shown = make("pre", {}, make("span", { class: "number" }, number), `${source}\n`);
  if (!place.column) return shown;
  const indent = [...source.slice(0, place.column - 1)]
    .map((character) => (character.codePointAt(0) > 0x2e7f ? "\u3000" : " "))
    .join("");
  shown.append(
    make("span", { class: "number" }, `${" ".repeat(number.length - 2)}│ `),
    make("span", { class: "caret" }, `${indent}^`),
  );
  return shown;
}
