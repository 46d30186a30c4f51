/* Collapses the rail. The choice is a cookie, so the server draws the next page in the right width at once. */
export function startRail() {
  const toggle = document.querySelector("[data-rail-toggle]");
  toggle?.addEventListener("click", () => {
    const root = document.documentElement;
    const narrow = root.dataset.rail !== "narrow";
    if (narrow) root.dataset.rail = "narrow";
    else delete root.dataset.rail;
    toggle.setAttribute("aria-expanded", String(!narrow));
    document.cookie = `rail=${narrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
  });
}
