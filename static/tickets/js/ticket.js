/* Keeps an open ticket up to date: fetches what changed since the version on the page and puts each part in its place. */
import { refreshTimes } from "./times.js";

const page = () => document.getElementById("ticket");
let running = null;
let again = false;
let late = false; // a part was in use when its news came; they are fetched again once it is left

const touched = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;

/* A part in which somebody is typing, choosing or pressing, or left something unsent, that waits for its own answer or asks something, is left alone. */
function busy(part) {
  if (part.matches(":active")) return true;
  if (part.matches(".htmx-request") || part.querySelector(".htmx-request, .conflict")) return true;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  if (focused?.matches("select, form.property input")) return !("saved" in part.dataset);
  const fields = [...part.querySelectorAll("textarea, [type=radio]")];
  if (focused?.matches("input")) fields.push(focused);
  return fields.some(touched);
}

function replace(part) {
  const old = document.getElementById(part.id);
  if (!old) return;
  if (busy(old) || old.querySelector("[popover]:popover-open")) {
    late = true;
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(part);
  htmx.process(part);
  if (focused) (document.getElementById(focused) ?? part).focus();
}

function place(entry) {
  const timeline = document.getElementById("timeline");
  const old = document.getElementById(entry.id);
  if (old) old.replaceWith(entry);
  else {
    entry.classList.add("is-fresh");
    timeline.append(entry);
    announce(entry);
  }
  htmx.process(entry);
}

function announce(entry) {
  const words = entry.querySelector(".change > span, .said-head")?.textContent.replace(/\s+/g, " ").trim();
  if (words) document.getElementById("announce").textContent = words;
}

async function fetchChanges() {
  const ticket = page();
  const answer = await fetch(`${ticket.dataset.url}?after=${ticket.dataset.version}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const came = new DOMParser().parseFromString(await answer.text(), "text/html");
  const changes = came.getElementById("changes");
  if (!changes) return;
  const atEnd = innerHeight + scrollY > document.documentElement.scrollHeight - 200;
  for (const entry of changes.querySelectorAll(".entry")) place(document.adoptNode(entry));
  for (const part of changes.querySelectorAll("[data-part]")) replace(document.adoptNode(part));
  ticket.dataset.version = changes.dataset.version;
  const composer = document.querySelector("#composer-form [name=base_version]");
  if (composer && !document.querySelector("#composer-problem .notice")) composer.value = changes.dataset.version;
  refreshTimes(ticket);
  if (atEnd && changes.querySelector(".entry")) scrollTo({ top: document.documentElement.scrollHeight });
}

/* One request at a time; a call that comes meanwhile leads to one more. */
export function refresh() {
  if (!page()) return Promise.resolve();
  if (running) {
    again = true;
    return running;
  }
  running = fetchChanges().catch(() => {}).finally(() => {
    running = null;
    if (again) {
      again = false;
      refresh();
    }
  });
  return running;
}

export function startTicket() {
  if (!page()) return;
  document.body.addEventListener("ticket-changed", refresh);
  document.body.addEventListener("description-changed", () => location.reload());
  for (const left of ["focusout", "pointerup"]) {
    document.addEventListener(left, () => {
      if (late) setTimeout(refresh);
      late = false;
    });
  }
}
