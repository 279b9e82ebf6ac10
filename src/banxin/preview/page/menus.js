/** Menus of the bar: a button that opens a list, by pointer and by keyboard. */

import { byId, make } from "./dom.js";

let opened = null; // the button whose menu is open, and the menu

/**
 * @param {string} id of the button
 * @param {() => Array} items each [label, key, checked or null, action], or null for a rule
 */
export function menu(id, items) {
  const button = byId(id);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const again = opened?.button === button;
    closeMenus();
    if (!again) show(button, items);
  });
}

function show(button, items) {
  const list = make("div", { role: "menu", class: "list" }, ...items().map((item) => entry(item)));
  document.body.append(list);
  const box = button.getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - list.offsetWidth - 8);
  list.style.left = `${Math.max(8, left)}px`;
  list.style.top = `${box.bottom + 4}px`;
  button.setAttribute("aria-expanded", "true");
  list.addEventListener("keydown", walked);
  opened = { button, list, items };
  list.querySelector("button")?.focus();
  setTimeout(() => document.addEventListener("pointerdown", outside), 0);
}

function entry(item) {
  if (!item) return make("hr");
  const [label, key, checked, act, swatch] = item;
  return make(
    "button",
    {
      role: checked === null ? "menuitem" : "menuitemcheckbox",
      "aria-checked": checked === null ? false : String(checked),
      tabindex: "-1",
      onclick: () => {
        act();
        if (checked === null) closeMenus();
        else refresh();
      },
    },
    swatch ? make("i", { class: `swatch ${swatch}` }) : null,
    make("span", {}, label),
    key ? make("kbd", {}, key) : null,
  );
}

/** What is checked may have changed: the list stays open, and the focus where it was. */
function refresh() {
  if (!opened) return;
  const buttons = [...opened.list.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  opened.list.replaceChildren(...opened.items().map((item) => entry(item)));
  opened.list.querySelectorAll("button")[at]?.focus();
}

function walked(event) {
  const all = [...event.currentTarget.querySelectorAll("button")];
  const now = all.indexOf(document.activeElement);
  const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    const { button } = opened;
    closeMenus();
    button.focus();
  } else if (to === undefined) return;
  else all[(to + all.length) % all.length].focus();
  event.preventDefault();
  event.stopPropagation();
}

function outside(event) {
  if (!opened?.list.contains(event.target) && !opened?.button.contains(event.target)) closeMenus();
}

/** Whether one was open. */
export function closeMenus() {
  if (!opened) return false;
  document.removeEventListener("pointerdown", outside);
  opened.button.setAttribute("aria-expanded", "false");
  opened.list.remove();
  opened = null;
  return true;
}
