/* The SLA board is drawn anew when a ticket changes or a promise is broken; the row one stands on keeps its mark. */
import { keepFresh } from "../tickets/js/fresh.js";

let here = "";
const marked = () => document.querySelector(".promises .is-here");

keepFresh("sla-board", {
  handsOn: (board) => board.querySelector(".filter-menu:popover-open, [name=breaches]:checked") || document.querySelector("#dialog[open]"),
  drawn: () => null, // whose push it is does not matter: a clock may move without its ticket's version
});

/* Selecting breaches; what is done to them shows at once. */
const boxes = () => [...document.querySelectorAll("#sla-board [name=breaches]")];
function count() {
  const selected = boxes().filter((box) => box.checked).length, all = document.querySelector("#sla-board [data-all]");
  const output = document.querySelector("#sla-board .bulk-count");
  if (output) output.textContent = `${selected} selected`;
  if (!all) return;
  all.checked = selected > 0 && selected === boxes().length;
  all.indeterminate = selected > 0 && !all.checked;
}
document.addEventListener("change", (event) => {
  if (event.target.matches("#sla-board [data-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("#sla-board :is([data-all], [name=breaches])")) count();
});
document.addEventListener("reset", () => setTimeout(count));
for (const name of ["promises-changed", "queue-changed"]) {
  document.body.addEventListener(name, () => htmx.ajax("GET", location.href, { target: "#sla-board", swap: "outerHTML" }));
}

document.body.addEventListener("htmx:beforeSwap", () => { here = marked()?.id ?? here; });
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "sla-board" && here) document.getElementById(here)?.classList.add("is-here");
});
