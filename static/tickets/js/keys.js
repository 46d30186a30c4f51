/* Keyboard shortcuts of staff pages; templates/components/keys.html tells them. Single keys rest while one types. */
import { write } from "./composer.js";
import { openPalette } from "./palette.js";
import { open } from "./properties.js";
import { here, select, step } from "./queue.js";

const KEYS = {
  "/": () => document.getElementById("search")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
  j: () => step(1),
  k: () => step(-1),
  x: () => select(),
  o: () => here()?.querySelector(".c-title a").click(),
  r: () => write("reply"),
  n: () => write("note"),
  a: () => open("p-assignee"),
  s: () => open("p-status"),
  p: () => open("p-priority"),
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
