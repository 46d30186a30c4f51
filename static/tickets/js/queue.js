/* The queue: selecting, walking by keyboard, and news that wait until they are asked for. */
import { refreshTimes } from "./times.js";

const rows = () => [...document.querySelectorAll("#rows tr, .promises tbody tr")];
const boxes = () => [...document.querySelectorAll("#rows [name=ids]")];
let fresh = new Set();
let changed = new Set();
let last = null;

function count() {
  const selected = boxes().filter((box) => box.checked).length;
  const output = document.getElementById("bulk-count");
  if (output) output.textContent = `${selected} selected`;
  const all = document.querySelector("[data-all]");
  if (all) {
    all.checked = selected > 0 && selected === boxes().length;
    all.indeterminate = selected > 0 && !all.checked;
  }
}

export function here() {
  return document.querySelector(":is(#rows, .promises) .is-here");
}

export function step(by) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(here());
  const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
  here()?.classList.remove("is-here");
  next.classList.add("is-here");
  next.querySelector(".c-title a").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

export function select() {
  here()?.querySelector(":is([name=ids], [name=breaches])")?.click();
}

function showNews() {
  const bar = document.getElementById("news");
  if (!bar) return;
  const parts = [];
  if (fresh.size) parts.push(`${fresh.size} new`);
  if (changed.size) parts.push(`${changed.size} changed`);
  bar.hidden = !parts.length;
  if (parts.length) bar.querySelector("[data-news]").textContent = `${parts.join(", ")}: show`;
}

/* A ticket on this page is drawn anew where it stands; any other only counts. */
async function redraw(ids) {
  const url = new URL(location.href);
  url.searchParams.set("rows", ids.join(","));
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const came = new DOMParser().parseFromString(`<table><tbody>${await answer.text()}</tbody></table>`, "text/html");
  for (const id of ids) {
    const old = document.getElementById(`t-${id}`);
    const row = came.getElementById(`t-${id}`);
    if (!old) continue;
    if (!row) {
      changed.add(id); // it left this list; the next look shows it so
      continue;
    }
    row.querySelector("[name=ids]").checked = old.querySelector("[name=ids]").checked;
    row.classList.toggle("is-here", old.classList.contains("is-here"));
    if (row.dataset.version !== old.dataset.version) row.classList.add("is-fresh");
    const focused = old.contains(document.activeElement) && document.activeElement.matches("a");
    old.replaceWith(document.adoptNode(row));
    if (focused) row.querySelector(".c-title a").focus({ preventScroll: true });
    setTimeout(() => row.classList.remove("is-fresh"), 1500);
  }
  refreshTimes();
  showNews();
}

let waiting = new Set();
let timer = null;

export function heard(data) {
  if (!document.getElementById("queue")) return;
  const id = data.ticket_id;
  if (document.getElementById(`t-${id}`)) {
    waiting.add(id);
    timer ??= setTimeout(() => {
      timer = null;
      const ids = [...waiting].slice(0, 50);
      waiting = new Set();
      redraw(ids);
    }, 150);
  } else if (data.kind === "ticket_created") fresh.add(id);
  else if (data.kind !== "left" && !fresh.has(id)) changed.add(id);
  showNews();
}

/* A filter menu stays open while one chooses in it, although the list around it is drawn anew. */
let openMenu = "", focused = "";
function remember(event) {
  openMenu = event.target.closest?.(".filter-menu")?.id ?? "";
  focused = document.activeElement?.id ?? "";
}
function reopen() {
  const menu = document.getElementById(openMenu);
  if (menu?.matches(":popover-open")) menu.hidePopover(); // it hangs at a button that is gone
  if (menu) document.querySelector(`[popovertarget="${openMenu}"]`)?.click();
  if (focused) document.getElementById(focused)?.focus();
  openMenu = "";
}

export function startQueue() {
  document.addEventListener("htmx:configRequest", (event) => {
    // Empty filters would only make the address longer.
    if (!event.target.closest("[data-lean]")) return;
    const lean = event.detail.formData;
    for (const name of [...new Set(lean.keys())]) if (lean.getAll(name).every((value) => value === "")) lean.delete(name);
  });
  document.addEventListener("change", (event) => event.target.closest(".filters") && remember(event));
  document.body.addEventListener("htmx:afterSwap", (event) => ["queue", "board", "sla-board", "analytics"].includes(event.detail.target.id) && reopen());
  if (!document.getElementById("queue")) return;
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-all], [name=ids]")) count();
  });
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[name=ids]");
    if (!box) return;
    const list = boxes();
    if (event.shiftKey && last) {
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
      list.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
      count();
    }
    last = box;
  });
  document.addEventListener("reset", () => setTimeout(count));
  document.body.addEventListener("queue-reload", () => htmx.ajax("GET", location.href, { target: "#queue", swap: "outerHTML" }));
  document.body.addEventListener("queue-changed", () => htmx.ajax("GET", location.href, { target: "#queue", swap: "outerHTML" }));
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "queue") return;
    fresh = new Set();
    changed = new Set();
    refreshTimes();
  });
}
