/* The command palette: asks the server while one types; arrows choose, Enter opens. */
export function startPalette() {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = palette.querySelector("#palette-input");
  const results = palette.querySelector("#palette-results");
  const options = () => [...results.querySelectorAll("[role=option]")];
  let timer, asked = 0;

  function choose(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    const number = ++asked;
    try {
      const answer = await fetch(`/find?q=${encodeURIComponent(input.value)}`, { headers: { "HX-Request": "true" } });
      const html = await answer.text();
      if (number !== asked) return;
      if (!answer.ok) throw new Error();
      const came = new DOMParser().parseFromString(html, "text/html");
      came.getElementById("toasts")?.remove();
      results.replaceChildren(...came.body.childNodes);
      options().forEach((option, at) => { option.id = `option-${at}`; option.tabIndex = -1; });
      choose(options()[0]);
    } catch {
      if (number === asked) results.replaceChildren(Object.assign(document.createElement("p"), { className: "palette-empty", textContent: "No answer from the desk. Check the connection." }));
    }
  }

  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && openPalette());
  palette.addEventListener("click", (event) => event.target === palette && palette.close());
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 90);
  });
  input.addEventListener("keydown", (event) => {
    const list = options();
    const at = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(list[(at + (event.key === "ArrowDown" ? 1 : -1) + list.length) % list.length]);
    } else if (event.key === "Enter" && list[at]) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) open(list[at].href);
      else location.href = list[at].href;
    }
  });
  palette.ask = ask;
}

export function openPalette() {
  const palette = document.getElementById("palette");
  if (!palette || palette.open) return;
  palette.showModal();
  palette.querySelector("input").select();
  palette.ask();
}
