/** Dark, so that paper is judged as on a light table; or light, for a bright room. */

import { byId } from "./dom.js";

const KEPT = "banxin-theme";

export function startTheme() {
  set(localStorage.getItem(KEPT) === "light" ? "light" : "dark");
  byId("theme").addEventListener("click", changeTheme);
}

export function changeTheme() {
  set(document.documentElement.dataset.theme === "light" ? "dark" : "light");
}

function set(theme) {
  document.documentElement.dataset.theme = theme;
  document.querySelector('meta[name="color-scheme"]').content = theme;
  localStorage.setItem(KEPT, theme);
}
