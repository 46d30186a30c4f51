/* The button that prints the page. */
const offer = () => document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });
document.body.addEventListener("htmx:afterSettle", offer);
document.body.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());
offer();
