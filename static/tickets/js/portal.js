/* My tickets: what the help desk does appears in the list. */
import { keepFresh } from "./fresh.js";

keepFresh("my-tickets", {
  handsOn: (list) => list.querySelector(":focus-visible, .ticket-list:hover"),
  drawn: (ticket) => document.getElementById(`line-${ticket}`),
});
