/* Toasts leave after 8 seconds, later while the pointer or the keyboard is on them. Errors stay until dismissed. */
const SECONDS = 8, AT_ONCE = 3;

export function toast(text, kind = "info") {
  const element = document.createElement("div");
  element.className = "toast";
  element.dataset.kind = kind;
  element.dataset.toast = "";
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button small";
  close.dataset.dismiss = "";
  close.textContent = "Dismiss";
  element.append(words, close);
  document.getElementById("toasts")?.append(element);
  return element;
}

function arm(element) {
  if (element.dataset.armed) return;
  element.dataset.armed = "yes";
  if (element.dataset.kind === "error") return;
  let timer;
  const start = () => { timer = setTimeout(() => element.querySelector(".htmx-request") || element.remove(), SECONDS * 1000); };
  const stop = () => clearTimeout(timer);
  element.addEventListener("mouseenter", stop);
  element.addEventListener("mouseleave", start);
  element.addEventListener("focusin", stop);
  element.addEventListener("focusout", start);
  start();
}

/* The rail's counts come by themselves, and the composer speaks for itself. */
const silent = (event) => event.target.matches?.("[data-views], #composer-form");

function complain(event) {
  if (silent(event)) return;
  const xhr = event.detail.xhr;
  if (xhr?.getResponseHeader("HX-Trigger")?.includes('"toast"')) return;
  const words = { 401: "You are signed out. Sign in again in another tab, then repeat this.", 403: "You are not allowed to do this.", 404: "This is no longer here.", 413: "That is too large to send.", 429: "That was a lot at once. Wait a minute and try again." };
  toast(words[xhr?.status] ?? "The server could not do this. Nothing was changed; try again in a moment.", "error");
}

export function startToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  const armAll = () => {
    const all = [...region.querySelectorAll("[data-toast]:not([hidden])")];
    all.slice(0, -AT_ONCE).forEach((old) => old.remove());
    all.forEach(arm);
  };
  new MutationObserver(armAll).observe(region, { childList: true });
  armAll();
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
  });
  region.addEventListener("htmx:afterRequest", (event) => {
    // Hidden at once, removed later: the answer to a removed element would find no place on the page.
    const used = event.target.closest("[data-toast]");
    if (!event.detail.successful || !used) return;
    used.hidden = true;
    setTimeout(() => used.remove(), 2_000);
  });
  document.body.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));
  document.body.addEventListener("htmx:responseError", complain);
  document.body.addEventListener("htmx:sendError", (event) => silent(event) || toast("No connection. Nothing was lost; try again when you are back online.", "error"));
}
