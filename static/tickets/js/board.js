/* Dragging cards between columns. A drop presses the button of the card's own menu, so there is one way to move a card;
   the card goes to its column at once and back again if the server refuses. */
import { keepFresh } from "./fresh.js";

const places = new WeakMap(); // card → where it came from

function listOf(board, status) {
  return board.querySelector(`[data-column="${status}"] [data-list]`);
}

function goTo(card, status) {
  const list = listOf(card.closest("[data-board]"), status);
  if (!list || card.parentElement === list) return;
  if (!places.has(card)) places.set(card, [card.parentElement, card.nextSibling]);
  list.prepend(card);
}

function goBack(card) {
  const [list, next] = places.get(card) ?? [];
  places.delete(card);
  if (list) list.insertBefore(card, next?.parentElement === list ? next : null);
}

function mark(board, card) {
  const next = card ? [...card.querySelectorAll("button[name=status]")].map((button) => button.value) : [];
  for (const column of board.querySelectorAll("[data-column]")) {
    const status = column.dataset.column;
    column.dataset.drop = card ? (next.includes(status) ? "yes" : status === card.dataset.status ? "home" : "no") : "";
    delete column.dataset.over;
  }
}

function cardOf(event) {
  const form = (event.detail.requestConfig?.elt ?? event.detail.elt)?.closest?.("form");
  return form?.closest("[data-card]") ?? null;
}

let dragged = null;

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card) return;
  dragged = card;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.querySelector("h3").textContent.trim());
  mark(card.closest("[data-board]"), card);
  requestAnimationFrame(() => card.classList.add("is-dragged"));
});

document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-drop='yes']");
  if (!dragged) return;
  for (const other of document.querySelectorAll("[data-over]")) if (other !== column) delete other.dataset.over;
  if (!column) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  column.dataset.over = "";
});

document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-drop='yes']");
  if (!dragged || !column) return;
  event.preventDefault();
  const button = dragged.querySelector(`button[name="status"][value="${column.dataset.column}"]`);
  goTo(dragged, column.dataset.column);
  button?.click();
});

document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  const board = dragged.closest("[data-board]");
  if (board) mark(board, null);
  dragged = null;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const card = cardOf(event);
  const status = event.detail.requestConfig?.parameters?.status ?? event.detail.requestConfig?.formData?.get("status");
  if (card && status) goTo(card, status);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const card = cardOf(event);
  const question = event.detail.xhr.getResponseHeader("HX-Retarget") === "#board-dialog";
  if (card && (question || event.detail.xhr.status >= 400)) goBack(card);
});

for (const lost of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(lost, (event) => {
    const card = cardOf(event);
    if (card) goBack(card);
  });
}

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = document.getElementById("board-dialog");
  if (event.detail.target === dialog) {
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
    return;
  }
  const card = document.getElementById(event.detail.target.id);
  if (!card?.matches("[data-card]")) return;
  if (dialog?.open) dialog.close();
  goTo(card, card.dataset.status);
  places.delete(card);
  card.querySelector("h3 a").focus({ preventScroll: true });
});

function handsOn(board) {
  const open = document.querySelector("dialog[open], [popover]:popover-open");
  return dragged || open || board.querySelector("details[open], :focus-visible, .board:hover");
}

keepFresh("board", { handsOn, drawn: (ticket) => document.getElementById(`card-${ticket}`) });
document.addEventListener("queue-changed", () => htmx.ajax("GET", location.href, { target: "#board", swap: "outerHTML" })); // an undo
