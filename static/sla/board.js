/* The SLA board is drawn anew when a ticket changes or a promise is broken; the row one stands on keeps its mark. */
import { keepFresh } from "../tickets/js/fresh.js";

let here = "";
const marked = () => document.querySelector(".promises .is-here");

keepFresh("sla-board", {
  handsOn: (board) => board.querySelector(".filter-menu:popover-open"),
  drawn: () => null, // whose push it is does not matter: a clock may move without its ticket's version
});
document.body.addEventListener("htmx:beforeSwap", () => { here = marked()?.id ?? here; });
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "sla-board" && here) document.getElementById(here)?.classList.add("is-here");
});
