/* Keeps half-written text in this browser, by user and ticket, until it was really sent. */
const KEEP_DAYS = 30;

function key(form) {
  return `draft:${document.body.dataset.user}:${form.dataset.draft}`;
}

function fields(form) {
  return [...form.querySelectorAll("textarea, input[type=text], input:not([type])")].filter((field) => field.name && !field.hidden);
}

function read(form) {
  try {
    return JSON.parse(localStorage.getItem(key(form)) ?? "null");
  } catch {
    return null;
  }
}

export function save(form) {
  const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  const kind = form.querySelector("[name=kind]:checked")?.value;
  try {
    if (Object.values(values).some((value) => value.trim())) localStorage.setItem(key(form), JSON.stringify({ values, kind, at: Date.now() }));
    else localStorage.removeItem(key(form));
  } catch {
    // Storage is full or forbidden; the text stays in the page.
  }
}

export function forget(form) {
  localStorage.removeItem(key(form));
  const note = form.querySelector("#draft-note");
  if (note) note.hidden = true;
}

function restore(form) {
  const draft = read(form);
  if (!draft) return;
  let came = false;
  for (const field of fields(form)) {
    const value = draft.values?.[field.name];
    if (value && !field.value) {
      field.value = value;
      came = true;
    }
  }
  if (!came) return;
  if (draft.kind) form.querySelector(`[name=kind][value="${CSS.escape(draft.kind)}"]`)?.click();
  const note = form.querySelector("#draft-note");
  if (!note) return;
  note.hidden = false;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "link-button";
  drop.textContent = "Discard";
  drop.addEventListener("click", () => {
    fields(form).forEach((field) => { field.value = ""; });
    forget(form);
  });
  note.replaceChildren("Your unsent draft was restored. ", drop);
}

function sweep() {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith("draft:")) continue;
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(name)).at > KEEP_DAYS * 86_400_000) localStorage.removeItem(name);
    } catch {
      localStorage.removeItem(name);
    }
  }
}

export function startDrafts() {
  const forms = document.querySelectorAll("form[data-draft]");
  if (!forms.length) return;
  sweep();
  for (const form of forms) {
    restore(form);
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => save(form), 250);
    });
    window.addEventListener("pagehide", () => form.dataset.sent || save(form));
    // A form that is sent the plain way is forgotten by the page that follows it (see composer.js for htmx).
    if (!form.hasAttribute("hx-post")) form.addEventListener("submit", () => sessionStorage.setItem("sent-draft", key(form)));
  }
}

/* A plain form that was sent and did not come back with errors leads to another page: its draft is done. */
const sent = sessionStorage.getItem("sent-draft");
if (sent && !document.querySelector("form[data-draft] .error, form[data-draft] [role=alert] .notice, form[data-draft] > .notice")) localStorage.removeItem(sent);
sessionStorage.removeItem("sent-draft");
