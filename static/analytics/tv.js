/* One screen of figures after the other, until somebody pauses. */
const EACH = 15_000;
let at = 0, paused = false;
const pause = document.querySelector("[data-pause]"), number = document.querySelector("[data-screen-number]");

function show() {
  const screens = [...document.querySelectorAll("[data-screen]")];
  if (!screens.length) return;
  at %= screens.length;
  screens.forEach((screen, place) => { screen.hidden = place !== at; });
  pause.hidden = screens.length < 2;
  number.textContent = screens.length > 1 ? `${at + 1} of ${screens.length}` : "";
}

pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? "Go on" : "Pause";
});
setInterval(() => {
  if (paused) return;
  at += 1;
  show();
}, EACH);
document.body.addEventListener("htmx:afterSwap", show);
show();
