/* The properties beside a ticket: read until they are opened, saved as soon as they are changed. */
import { refresh } from "./ticket.js";

/* Shows the property whose field has this id in its form, ready to type or choose. */
export async function open(id) {
  const link = document.querySelector(`a#${CSS.escape(`row-${id}`)}`);
  // Without the usual pause before it settles, in which a quick change would go unheard.
  // The link is the source, so that news that come meanwhile see it waiting and leave it in its place.
  if (link) await htmx.ajax("GET", link.href, { source: link, target: link, swap: "outerHTML settle:0ms" });
  const field = document.getElementById(id);
  field?.focus();
  if (!field?.matches("select")) return;
  try {
    field.showPicker?.();
  } catch {
    // Only a real key press or click may open it.
  }
}

/* The question that stood below a property is answered. */
function settle(property) {
  property.dataset.saved = "";
  property.querySelectorAll(".conflict").forEach((part) => part.remove());
}

function close(property) {
  settle(property);
  property.reset();
  document.activeElement?.blur();
  refresh();
}

export function startProperties() {
  if (!document.getElementById("ticket")) return;
  // The text of a resolution is sent by its button, not as soon as one leaves the field.
  document.addEventListener("change", (event) => event.target.matches(".conflict textarea") && event.stopPropagation(), true);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches("form.property") && event.detail.xhr.status === 200) settle(event.target);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && event.target.closest("form.property") && close(event.target.closest("form.property")));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(link.id.replace("row-", ""));
    }
    const keep = event.target.closest("[data-refresh]");
    if (keep) {
      event.preventDefault();
      close(keep.closest("form"));
    }
    const choose = event.target.closest("[data-choose]");
    if (choose) {
      const field = document.getElementById(choose.dataset.for);
      for (const tag of field.form.querySelectorAll("[type=checkbox][name=tags]")) tag.checked = false;
      field.value = choose.dataset.choose;
      field.form.requestSubmit();
    }
  });
}
