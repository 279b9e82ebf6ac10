/** The page speaks Chinese and English, and changes between them while it is open. */

import { on, state, tell } from "./state.js";

const KEPT = "banxin-language";

/** The sentence *key*, its {placeholders} filled from *facts*. */
export function t(key, facts = {}) {
  const text = state.about?.words[state.language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

/** What is said of a finding, in the page's language. */
export const said = (words) => words[state.language] ?? "";

export function startWords() {
  state.language = sessionStorage.getItem(KEPT) ?? state.about.language;
  on("language", translate);
  translate();
}

export function changeLanguage() {
  state.language = state.language === "zh" ? "en" : "zh";
  sessionStorage.setItem(KEPT, state.language);
  tell("language");
}

function translate() {
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = t(element.dataset.text);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
    if (element.matches("button, select")) element.title = t(element.dataset.label);
  }
  document.getElementById("language").textContent = t("other-language");
}
