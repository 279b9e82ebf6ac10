/** What is broken, on top of the last good pages; it goes when it is mended. */

import { byId, make } from "./dom.js";
import { nameLine } from "./source.js";
import { on, state } from "./state.js";
import { said, t } from "./words.js";

const MOST = 6; // faults shown at once; the others are counted

export function startTrouble() {
  on("faults language line", show);
}

function show() {
  const box = byId("trouble");
  const lost = state.line === "lost";
  box.hidden = !state.faults.length && !lost;
  document.body.classList.toggle("in-trouble", !box.hidden);
  if (box.hidden) {
    box.replaceChildren();
    return;
  }
  const rest = state.faults.length - MOST;
  box.replaceChildren(
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

function excerpt(source, place) {
  const column = Math.max(0, (place.column ?? 1) - 1);
  const number = `${place.line} │ `;
  const indent = [...source.slice(0, column)]
    .map((character) => (character.codePointAt(0) > 0x2e7f ? "\u3000" : " "))
    .join("");
  return make(
    "pre",
    {},
    make("span", { class: "number" }, number),
    `${source}\n`,
    make("span", { class: "number" }, `${" ".repeat(number.length - 2)}│ `),
    make("span", { class: "caret" }, `${indent}^`),
  );
}
