/* A list that somebody else changed is drawn anew, unless a hand is on it; then it says that there is something to show. */
const TOGETHER = 400; // milliseconds; what happens within them is shown at once

/* `id` names the list, `handsOn(list)` says whether somebody is busy in it, `drawn(ticket)` finds what is drawn of a ticket. */
export function keepFresh(id, { handsOn, drawn }) {
  let news = null;
  const show = () => {
    news = null;
    const list = document.getElementById(id);
    if (!list) return;
    if (handsOn(list)) list.querySelector(".news").hidden = false;
    else htmx.ajax("GET", location.href, { target: list, swap: "outerHTML" });
  };
  const hear = () => {
    news ??= setTimeout(show, TOGETHER);
  };
  document.addEventListener("desk:queue-changed", (event) => {
    const known = drawn(event.detail.ticket_id);
    const own = known && event.detail.version && Number(known.dataset.version) >= event.detail.version;
    if (!own) hear();
  });
  document.addEventListener("desk:caught-up", hear);
}
