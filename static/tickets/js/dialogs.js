/* Links with data-dialog open their form in the page's dialog; without JavaScript they lead to a page with the same form. */
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
    htmx.ajax("GET", link.href, { target: "#dialog-body", swap: "innerHTML" }).then(() => {
      if (!dialog.querySelector("[data-close]")) return; // it was refused
      dialog.showModal();
      dialog.querySelector("[autofocus]")?.focus();
    });
  });
  if (!dialog) return;
  document.body.addEventListener("dialog-close", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
