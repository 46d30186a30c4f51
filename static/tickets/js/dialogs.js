/* Links with data-dialog open their form in the page's dialog; without JavaScript they lead to a page with the same form.
   A button may send its form there too: whatever is drawn in the dialog opens it. */
export function startDialogs() {
  const dialog = document.getElementById("dialog");
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) document.getElementById("keys")?.showModal();
    const close = event.target.closest("dialog [data-close]");
    if (close) {
      event.preventDefault();
      close.closest("dialog").close();
      return;
    }
    const link = event.target.closest("a[data-dialog]");
    if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("[popover]")?.hidePopover();
    htmx.ajax("GET", link.href, { target: "#dialog-body", swap: "innerHTML" });
  });
  if (!dialog) return;
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "dialog-body" || event.detail.xhr?.getResponseHeader("HX-Reswap") === "none") return;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
  });
  document.body.addEventListener("dialog-close", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
