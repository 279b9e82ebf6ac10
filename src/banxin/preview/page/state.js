/** What the page knows, and who wants to hear of it. */

const listeners = new Map();

export const state = {
  about: null, // words, titles, layouts; asked for once
  language: "zh",
  line: "opening", // opening, open, lost
  room: "waiting", // waiting, proving, judging, ready
  book: { about: null, leaves: [], before: {}, draft: false },
  findings: { findings: [], photos: [], limits: null, complete: false },
  faults: [],
  overlays: new Set(),
  finish: "screen", // screen, press
  plate: "", // cyan, magenta, yellow, black, spot:…
  compare: "", // blink, difference
};

/** Call *hear* whenever one of *topics* (parted by blanks) is told. */
export function on(topics, hear) {
  for (const topic of topics.split(" ")) {
    if (!listeners.has(topic)) listeners.set(topic, []);
    listeners.get(topic).push(hear);
  }
}

export function tell(topic) {
  for (const hear of listeners.get(topic) ?? []) hear();
}
