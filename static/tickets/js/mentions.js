/* People offered while one types @ and a few letters in the composer. Without it the name is typed in full. */
const CALL = /(?:^|[^\w@./])@([\w.+-]{0,50})$/;
const PAUSE = 120;

export function startMentions() {
  const list = document.getElementById("mentions");
  const form = document.getElementById("composer-form");
  if (!list || !form) return;
  const body = form.querySelector("textarea");
  const announce = document.getElementById("announce");
  let timer = null, asked = 0;
  body.setAttribute("aria-autocomplete", "list");
  body.setAttribute("aria-controls", list.id);

  const chosen = () => list.querySelector("[aria-selected=true]");
  const typed = () => body.selectionStart === body.selectionEnd ? CALL.exec(body.value.slice(0, body.selectionStart))?.[1] : undefined;

  function mark(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    body.setAttribute("aria-activedescendant", option.id);
  }

  function close() {
    clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    body.removeAttribute("aria-activedescendant");
  }

  function step(by) {
    const options = [...list.children];
    mark(options[(options.indexOf(chosen()) + by + options.length) % options.length]);
  }

  function take(option) {
    const end = body.selectionStart;
    body.setRangeText(`${option.dataset.username} `, end - typed().length, end, "end");
    close();
    body.dispatchEvent(new Event("input", { bubbles: true }));
    body.focus();
  }

  async function offer(letters) {
    const mine = asked += 1;
    const kind = form.querySelector("[name=kind]:checked").value;
    const answer = await fetch(`${list.dataset.url}?${new URLSearchParams({ q: letters, kind })}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (mine !== asked || !answer?.ok) return;
    list.innerHTML = await answer.text();
    if (mine !== asked || !list.firstElementChild) return close();
    list.hidden = false;
    mark(list.firstElementChild);
    announce.textContent = `${list.children.length} people offered. Arrow keys choose, Enter takes.`;
  }

  body.addEventListener("input", () => {
    clearTimeout(timer);
    const letters = typed();
    if (letters === undefined) return close();
    timer = setTimeout(() => offer(letters), PAUSE);
  });
  body.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    const act = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => take(chosen()), Tab: () => take(chosen()), Escape: close }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  body.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the caret stays in the text
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
}
