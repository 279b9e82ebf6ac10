/** Elements made in one line. */

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An HTML element; *about* has attributes, or properties where they begin with a dot. */
export function make(tag, about = {}, ...children) {
  return filled(document.createElement(tag), about, children);
}

export function draw(tag, about = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), about, children);
}

function filled(element, about, children) {
  for (const [name, value] of Object.entries(about)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const LEAST = 4000; // ms that a word in passing is seen
const A_CHARACTER = 60; // ms more that each takes to be read

let waiting = 0;

/** A word in passing. */
export function toast(text, ...more) {
  const box = byId("toast");
  box.replaceChildren(make("span", {}, text), ...more);
  box.classList.add("shown");
  clearTimeout(waiting);
  waiting = setTimeout(() => box.classList.remove("shown"), Math.max(LEAST, box.textContent.length * A_CHARACTER));
}
