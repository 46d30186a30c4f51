// Fields that search while one types are drawn by a script of the theme, without a name: they take that of their label.
function nameSearchFields() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const name = select.labels[0]?.textContent.trim() ?? select.name;
    for (const part of select.nextElementSibling.querySelectorAll(".select2-search__field, [role=combobox]")) {
      part.setAttribute("aria-label", name);
    }
  }
}

// The theme draws them when jQuery calls the page ready, which may be after the window is loaded.
addEventListener("load", () => (window.django?.jQuery ? window.django.jQuery(nameSearchFields) : nameSearchFields()));
