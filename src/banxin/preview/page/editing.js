/** Writing on the page: a block's words are opened where they stand, and go back to the manuscript. */

import { shownSheets } from "./desk.js";
import { byId, make, toast } from "./dom.js";
import { found, inspects, spotAt } from "./inspector.js";
import { variant } from "./line.js";
import { refuse, stopWalking, walkedTo } from "./source.js";
import { on, state } from "./state.js";
import { t } from "./words.js";

const LEAST = 13; // CSS pixels of type that can be read while one writes
const NARROWEST = 150; // CSS pixels
const WIDEST = 420; // of what has no type of its own

let opened = null; // what is being written: its spot, the words as they were, the field

export const writes = () => Boolean(state.about.writes);

export function startEditing() {
  if (!writes()) return;
  const spread = byId("spread");
  spread.addEventListener("dblclick", (event) => {
    if (event.target.closest("button, .editing")) return;
    event.preventDefault();
    const spot = spotAt(event.clientX, event.clientY);
    if (spot) openAt(spot.sheet, `at=${spot.at.map((n) => n.toFixed(2))}`);
  });
  spread.addEventListener("dragover", (event) => event.preventDefault());
  spread.addEventListener("drop", dropped);
  on("place laid", () => opened && place());
}

const post = (what, asked) => fetch(`/edit/${what}?${variant()}`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(asked),
}).catch(() => null);

/** Ask the server to do it. What it refuses is said; undefined then. */
const send = async (what, asked) => told(await post(what, asked));

/** What is written at a spot and what can be said of it, for whoever only looks: or null. */
export async function wordsAt(spot) {
  const answer = await post("open", spot);
  return answer?.ok ? answer.json() : null;
}

async function told(answer) {
  const said = await answer?.json().catch(() => null);
  if (answer?.ok) return said ?? {};
  refuse(said, t("not-written"));
  return undefined;
}

/** What `/inspect` says of a place, or null. */
async function lookAt(page, words) {
  const answer = await fetch(`/inspect/${page}?${words}&${variant()}`).catch(() => null);
  const there = answer?.ok ? await answer.json() : null;
  return there && { ...there, page };
}

export const spotOf = ({ source, cell }) => ({ ...source, cell });

/** Open the words of what lies somewhere on a page. */
async function openAt(sheet, words) {
  const there = await lookAt(sheet.page, words);
  if (!there?.source) {
    toast(t("not-editable"));
    return;
  }
  const spot = spotOf(there);
  const answer = await send("open", spot);
  if (answer) show(there, spot, answer);
}

/** Open the block that the keyboard is at, or the one that is inspected. */
export function openWalked() {
  if (!writes()) return;
  const walked = walkedTo();
  if (walked) openAt(walked.sheet, `box=${walked.stand.box}`);
  else if (inspects() && found) {
    const sheet = shownSheets().find((one) => one.page === found.page);
    const [x0, y0, x1] = found.box;
    if (sheet) openAt(sheet, `at=${(x0 + x1) / 2},${y0 + 0.5}`);
  }
}

function show(there, spot, { words, one_line: oneLine }) {
  close();
  stopWalking();
  const field = make("textarea", {
    class: "editing", lang: "zh-CN", spellcheck: "false", "aria-label": t("editing", { at: `${spot.file}:${spot.line}` }),
    title: t(oneLine ? "editing-line" : "editing-more"),
  });
  field.value = words;
  opened = { there, spot, words, oneLine, field };
  field.addEventListener("keydown", pressed);
  field.addEventListener("input", grow);
  field.addEventListener("pointerdown", (event) => event.stopPropagation());
  place();
  field.focus({ preventScroll: true });
  field.setSelectionRange(words.length, words.length);
}

/** Where the block stands; while its page is not seen it waits with what was typed. */
function place() {
  const { there, field } = opened;
  const sheet = shownSheets().find((one) => one.page === there.page);
  if (!sheet?.leaf) {
    field.remove();
    return;
  }
  if (field.parentElement !== sheet.element) sheet.element.append(field);
  const scale = sheet.scale;
  const [x0, y0, x1, y1] = there.box;
  const size = there.type ? Math.max(LEAST, (there.type.size / 72) * 25.4 * scale) : LEAST;
  const leading = there.type ? (there.type.leading / ((there.type.size / 72) * 25.4)) : 1.5;
  const words = Boolean(there.type); // what is written of a picture is no page high
  const most = Math.min(sheet.leaf.width * scale, words ? Infinity : WIDEST);
  const wide = Math.max(NARROWEST, Math.min((x1 - x0) * scale + 12, most));
  Object.assign(field.style, {
    left: `${Math.max(0, Math.min(x0 * scale - 6, sheet.leaf.width * scale - wide))}px`,
    top: `${Math.max(0, y0 * scale) - 5}px`,
    width: `${wide}px`,
    minHeight: words ? `${(y1 - y0) * scale + 10}px` : "",
    fontSize: `${Math.min(size, 64)}px`,
    lineHeight: String(Math.min(2, Math.max(1.2, leading))),
  });
  grow();
}

function grow() {
  const { field } = opened;
  field.style.height = "0";
  field.style.height = `${field.scrollHeight + 4}px`;
}

function pressed(event) {
  event.stopPropagation();
  if (event.isComposing) return; // Enter takes a word of the input method
  if (event.key === "Escape") {
    event.preventDefault();
    close();
  } else if (event.key === "Enter" && (!event.shiftKey || opened.oneLine)) {
    event.preventDefault();
    write();
  }
}

async function write() {
  const { spot, words, field } = opened;
  if (field.value === words) {
    close();
    return;
  }
  field.disabled = true;
  const done = await send("write", { ...spot, before: words, after: field.value });
  if (done) {
    close();
    toast(t("written"), make("code", {}, `${spot.file}:${spot.line}`), undoButton());
  } else {
    field.disabled = false;
    field.focus();
  }
}

const undoButton = () => make("button", { class: "link", onclick: undo }, t("undo"));

export async function undo() {
  if (!writes()) return;
  const done = await send("undo", {});
  if (done) toast(t("undone"), make("code", {}, done.file));
}

/** Say something of what was opened at a spot: a key and its value, or null. */
export async function setAttribute(spot, key, value) {
  const done = await send("set", { ...spot, key, value });
  if (done) toast(t("written"), make("code", {}, `${key} ${value ?? "–"}`), undoButton());
  return done;
}

export function close() {
  if (!opened) return false;
  opened.field.remove();
  opened = null;
  byId("desk").focus({ preventScroll: true });
  return true;
}

/** A file that is dropped on a picture takes its place. */
async function dropped(event) {
  event.preventDefault();
  const file = event.dataTransfer?.files?.[0];
  const spot = spotAt(event.clientX, event.clientY);
  if (!file || !spot) return;
  const there = await lookAt(spot.sheet.page, `at=${spot.at.map((n) => n.toFixed(2))}`);
  if (!there?.source || !there.picture) {
    toast(t("no-picture-here"));
    return;
  }
  const opened = await send("open", spotOf(there));
  if (opened) await putPicture({ ...there.source, row: opened.row }, file);
}

/** Have *file* be the picture at a place whose line says *row*. */
export async function putPicture({ file: chapter, line, column, row }, file) {
  const words = new URLSearchParams(variant());
  for (const [key, value] of Object.entries({ file: chapter, line, column, row, name: file.name })) {
    words.set(key, value);
  }
  const answer = await fetch(`/edit/picture?${words}`, { method: "POST", body: file }).catch(() => null);
  const done = await told(answer);
  if (done) toast(t("replaced"), make("code", {}, done.file), undoButton());
}
