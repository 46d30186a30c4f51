/* Keyboard shortcuts of staff pages; templates/components/keys.html tells them. Single keys rest while one types. */
import { write } from "./composer.js";
import { openPalette } from "./palette.js";
import { here, select, step } from "./queue.js";

const focus = (id) => () => {
  const field = document.getElementById(id);
  field?.focus();
  try {
    field?.showPicker?.();
  } catch {
    // Only a real key press may open it.
  }
  return Boolean(field);
};
const KEYS = {
  "/": focus("search"),
  "?": () => document.getElementById("keys")?.showModal(),
  j: () => step(1),
  k: () => step(-1),
  x: () => select(),
  o: () => here()?.querySelector(".c-title a").click(),
  r: () => write("reply"),
  n: () => write("note"),
  a: focus("p-assignee"),
  s: focus("p-status"),
  p: focus("p-priority"),
  e: () => document.querySelector("a[data-dialog][href$='/edit']")?.click(),
};
let before = "";

function typing(element) {
  return element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

export function startKeys() {
  if (!document.body.classList.contains("staff")) return;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const pair = `${before} ${event.key}`;
    before = event.key === "g" ? "g" : "";
    const link = document.querySelector(`[data-key="${CSS.escape(pair.trim())}"]`) ?? (event.key !== "g" && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`));
    if (link) {
      event.preventDefault();
      link.click();
      return;
    }
    const act = pair.startsWith("g") ? null : KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
