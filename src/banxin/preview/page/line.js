/** The line to the server: what it says becomes the state; where it is cut, it is taken up again. */

import { state, tell } from "./state.js";

const SOON = 250; // ms until the first try after the line was cut
const LATE = 4000; // ms between tries at most
const UNKNOWN = 4404; // what the line closes with where there is no such title
const MARKS = 500; // of when pages were shown, for whoever wants to know where the time goes

let socket = null;
let wait = SOON;
let looking = null;

/** What the address asks for: title, layout, draft. */
export const variant = () => new URLSearchParams(location.search).toString();

export function connect() {
  const address = new URL(`/line?${variant()}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  socket = new WebSocket(address);
  socket.addEventListener("open", () => {
    wait = SOON;
    state.line = "open";
    tell("line");
    send(looking);
  });
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", ({ code }) => {
    if (code === UNKNOWN) {
      location.assign("/");
      return;
    }
    state.line = "lost";
    tell("line");
    setTimeout(connect, wait);
    wait = Math.min(LATE, wait * 1.6);
  });
}

/** Tell what is looked at: pages from 0, and how wide their pictures are, in pixels. */
export function look(pages, width) {
  const said = { kind: "look", pages: [pages[0], pages.at(-1)], width };
  if (JSON.stringify(said) === JSON.stringify(looking)) return;
  looking = said;
  send(looking);
}

/** Whoever comes back to a tab looks at it again. */
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) send(looking);
});

function send(said) {
  if (said && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(said));
}

function hear(said) {
  switch (said.kind) {
    case "book":
      if (performance.getEntriesByType("mark").length > MARKS) performance.clearMarks();
      performance.mark("book", { detail: said.times });
      state.book = said;
      break;
    case "findings":
      state.findings = said;
      break;
    case "faults":
      state.faults = said.faults;
      break;
    case "state":
      state.room = said.state;
      break;
    default:
      return;
  }
  tell(said.kind);
}
