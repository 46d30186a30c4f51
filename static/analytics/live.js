/* Reads the figures anew when something happens on the desk, at most every few seconds, and every minute; not while nobody looks. */
const EVERY = 5_000, MINUTE = 60_000;
let last = Date.now(), waiting = null;
const open = new Set();

const figures = () => document.querySelector("[data-live-figures] #figures");
const handsOn = () => document.querySelector(".filter-menu:popover-open, .htmx-request");

function read() {
  waiting = null;
  if (!figures() || document.hidden || navigator.onLine === false) return;
  if (handsOn()) {
    soon();
    return;
  }
  last = Date.now();
  htmx.ajax("GET", location.href, { target: "#figures", swap: "outerHTML" });
}

function soon() {
  waiting ??= setTimeout(read, Math.max(EVERY - (Date.now() - last), EVERY / 5));
}

document.addEventListener("desk:queue-changed", soon);
document.addEventListener("desk:caught-up", soon);
document.addEventListener("visibilitychange", () => document.hidden || Date.now() - last < MINUTE || soon());
setInterval(() => Date.now() - last >= MINUTE && soon(), MINUTE / 4);

/* A table that was opened stays open. */
document.body.addEventListener("htmx:beforeSwap", () => {
  open.clear();
  document.querySelectorAll("#figures details[open]").forEach((table) => open.add(table.id));
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
});
