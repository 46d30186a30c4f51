/* The live connection: what others do reaches this page within a second. Connects again by itself, waiting longer each time. */
import { heard } from "./queue.js";
import { refresh } from "./ticket.js";

const FIRST_WAIT = 500, LONGEST_WAIT = 30_000, LOOKING_EVERY = 20_000, TYPING_EVERY = 4_000, OLDEST_LIST = 300;
const CLOSED_FOR_GOOD = new Set([4001, 4009]);
let socket = null, wait = FIRST_WAIT, missed = false;
const people = new Map();

const ticketId = () => Number(document.getElementById("ticket")?.dataset.ticket ?? 0);

function say(type, data = {}) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type, data }));
}

function present(state) {
  if (ticketId()) say("presence", { ticket_id: ticketId(), state });
}

/* Tells who else is here, forgetting those not heard of for as long as they asked to be remembered. */
function showPeople() {
  const place = document.getElementById("presence");
  if (!place) return;
  const now = Date.now();
  for (const [id, one] of people) if (one.until < now) people.delete(id);
  const names = (state) => [...people.values()].filter((one) => one.state === state).map((one) => one.name);
  const list = (all) => (all.length > 2 ? `${all.slice(0, 2).join(", ")} and ${all.length - 2} more` : all.join(" and "));
  const typing = names("typing"), looking = names("looking"), parts = [];
  if (typing.length) parts.push(`${list(typing)} ${typing.length > 1 ? "are" : "is"} typing`);
  if (looking.length) parts.push(`${list(looking)} ${looking.length > 1 ? "are" : "is"} looking at this`);
  const words = parts.join(" · ");
  if (place.textContent !== words) place.textContent = words;
}

const HEARD = {
  ticket_changed(data) {
    const ticket = document.getElementById("ticket");
    if (ticket && data.ticket_id === ticketId() && data.version > Number(ticket.dataset.version)) refresh();
  },
  ai_categorization_complete(data) {
    if (data.ticket_id === ticketId()) refresh();
  },
  queue_changed(data) {
    heard(data);
    document.dispatchEvent(new CustomEvent("desk:queue-changed", { detail: data }));
    if (data.version) counts();
  },
  notified() {
    document.dispatchEvent(new CustomEvent("desk:notified"));
  },
  presence(data) {
    if (data.ticket_id !== ticketId()) return;
    const known = people.has(data.user.id);
    if (data.state === "left") people.delete(data.user.id);
    else people.set(data.user.id, { name: data.user.name, state: data.state, until: Date.now() + data.expires_in * 1000 });
    if (!known && data.state !== "left") present("looking"); // so that the newcomer learns of us
    showPeople();
  },
  subscription_ended(data) {
    if (data.ticket_id === ticketId()) location.reload();
  },
  subscription_response(data) {
    if (data.ticket_id && data.ticket_id === ticketId()) refresh();
  },
};

let countsTimer = null;
function counts() {
  countsTimer ??= setTimeout(() => {
    countsTimer = null;
    const views = document.querySelector("[data-views]");
    if (views && !document.hidden) htmx.trigger(views, "views-changed");
  }, 3_000);
}

function offline(is) {
  const banner = document.getElementById("offline");
  if (banner) banner.hidden = !is;
}

/* The seconds since this page was asked for: what happened in them may not be on it. */
function age() {
  const asked = performance.getEntriesByType("navigation")[0]?.requestStart ?? 0;
  return Math.min((performance.now() - asked) / 1000, OLDEST_LIST);
}

function subscribe() {
  wait = FIRST_WAIT;
  offline(false);
  if (ticketId()) {
    say("subscribe_ticket", { ticket_id: ticketId() });
    present("looking");
  }
  if (document.getElementById("queue") || document.querySelector("[data-views], [data-live-queue]")) say("subscribe_queue", { age: missed ? 0 : age() });
  if (missed && document.getElementById("queue")) htmx.trigger(document.body, "queue-reload");
  if (missed) document.dispatchEvent(new CustomEvent("desk:caught-up"));
  missed = false;
}

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.addEventListener("open", subscribe);
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    if (!message.success) return;
    HEARD[message.type]?.(message.data);
    if (message.protocol === "agent") document.dispatchEvent(new CustomEvent(`desk:${message.type}`, { detail: message.data }));
  });
  socket.addEventListener("close", (event) => {
    if (CLOSED_FOR_GOOD.has(event.code)) return;
    missed = true;
    if (navigator.onLine === false || wait > FIRST_WAIT * 4) offline(true);
    setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

export function startLive() {
  if (!document.body.dataset.user || !("WebSocket" in window)) return;
  connect();
  let typed = 0;
  document.getElementById("composer-body")?.addEventListener("input", () => {
    if (Date.now() - typed < TYPING_EVERY) return;
    typed = Date.now();
    present("typing");
    setTimeout(() => Date.now() - typed >= TYPING_EVERY && present("looking"), TYPING_EVERY * 2);
  });
  setInterval(() => {
    if (!document.hidden && Date.now() - typed > TYPING_EVERY * 2) present("looking");
    showPeople();
  }, LOOKING_EVERY);
  setInterval(showPeople, 5_000);
  document.addEventListener("visibilitychange", () => present(document.hidden ? "left" : "looking"));
  window.addEventListener("pagehide", () => present("left"));
  window.addEventListener("offline", () => offline(true));
  window.addEventListener("online", () => {
    offline(false);
    if (socket.readyState > WebSocket.OPEN) wait = FIRST_WAIT;
  });
}
