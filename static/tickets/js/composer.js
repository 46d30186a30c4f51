/* The composer: what was chosen to attach, macros put in at the cursor, and what happens when a text could not be sent. */
import { forget, save } from "./drafts.js";

function problem(form, words) {
  const place = form.querySelector("#composer-problem");
  place.querySelector(".notice")?.remove();
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.dataset.tone = "red";
  notice.textContent = words;
  place.prepend(notice);
}

/* Puts what a composer from the server holds in at the cursor of this one, with the line `place` that says what it is. */
function insert(form, came, place) {
  const text = came.querySelector("textarea").value;
  const body = form.querySelector("textarea");
  body.setRangeText(body.value && body.selectionStart ? `\n${text}` : text, body.selectionStart, body.selectionEnd, "end");
  form.querySelector(place).replaceWith(document.adoptNode(came.querySelector(place)));
  form.querySelector(`[name=kind][value="${came.querySelector("[name=kind]:checked").value}"]`).click();
  body.dispatchEvent(new Event("input", { bubbles: true }));
  body.focus();
}

const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

async function insertMacro(form, link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return problem(form, "The macro could not be loaded. Try again.");
  insert(form, await parsed(answer), "#composer-macro");
  form.querySelector("#macros")?.hidePopover();
}

async function insertDraft(form, button) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]");
  const sent = new URLSearchParams({ [csrf.name]: csrf.value, body: "" });
  try {
    const answer = await fetch(button.formAction, { method: "POST", body: sent, headers: { "HX-Request": "true" } });
    const came = answer.ok ? await parsed(answer) : null;
    const wrong = came ? came.querySelector("#composer-problem .notice")?.textContent.trim() : "No draft came. Try again in a moment.";
    if (wrong) problem(form, wrong);
    else insert(form, came, "#composer-source");
  } catch {
    problem(form, "No draft came: there is no connection to the desk. Try again in a moment.");
  }
  button.ariaBusy = "false";
}

/* Shows the text to be written on, instead of its preview. */
function writeOn(form) {
  form.querySelector("#composer-preview").replaceChildren();
  delete form.dataset.preview;
  form.querySelector("textarea").focus();
}

function startPreview(form) {
  const place = form.querySelector("#composer-preview");
  if (place.hasChildNodes()) form.dataset.preview = "";
  form.querySelector("[data-preview]").addEventListener("htmx:beforeRequest", (event) => {
    if (!("preview" in form.dataset)) return;
    event.preventDefault();
    writeOn(form);
  });
  place.addEventListener("htmx:afterSwap", () => {
    form.dataset.preview = "";
    place.focus();
  });
}

export function startComposer() {
  const form = document.getElementById("composer-form");
  if (!form) return;
  const body = form.querySelector("textarea");
  const files = form.querySelector("[name=files]");
  const chosen = form.querySelector("#composer-chosen");
  startPreview(form);
  const name = () => { chosen.textContent = [...files.files].map((file) => file.name).join(", "); };
  files.addEventListener("change", name);
  form.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    files.files = event.dataTransfer.files;
    name();
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("data-drafts")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    insertDraft(form, button);
  }, { capture: true });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-macro]");
    if (!link) return;
    event.preventDefault();
    insertMacro(form, link);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    if (event.key === "Escape" && event.target === body) body.blur();
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== form) return;
    form.querySelector("#send-menu").hidePopover();
    if (navigator.onLine === false) {
      event.preventDefault();
      save(form);
      problem(form, "Not sent: you are offline. Your text is kept here. Send it again when you are back.");
    }
  });
  form.addEventListener("htmx:sendError", () => {
    save(form);
    problem(form, "Not sent: there is no connection to the desk. Your text is kept here. Send it again in a moment.");
  });
  form.addEventListener("htmx:responseError", (event) => {
    save(form);
    if (event.detail.xhr.status === 401) problem(form, "Not sent: you are signed out. Your text is kept here. Sign in again in another tab, then send it.");
    else if (event.detail.xhr.status === 413) problem(form, "Not sent: the files are too large. Your text is kept here. Choose smaller files, then send it.");
    else problem(form, "Not sent: the desk could not take it. Your text is kept here. Send it again in a moment.");
  });
  document.body.addEventListener("composer-sent", () => {
    body.value = "";
    form.reset();
    if ("preview" in form.dataset) writeOn(form);
    name();
    form.querySelector("#composer-problem .notice")?.remove();
    form.querySelector("#composer-macro").replaceChildren();
    form.querySelector("#composer-macro").hidden = true;
    form.querySelector("#composer-source").hidden = true;
    forget(form);
  });
}

/* Puts the caret into the composer, as a reply or as a note. */
export function write(kind) {
  const form = document.getElementById("composer-form");
  if (!form) return false;
  form.querySelector(`[name=kind][value=${kind}]`).click();
  writeOn(form);
  form.scrollIntoView({ block: "nearest" });
  return true;
}
