/* Loaded on every page. Each module looks for its own elements and does nothing where they are missing. */
import { startRail } from "./js/rail.js";
import { startTimes } from "./js/times.js";
import { startToasts } from "./js/toasts.js";

document.documentElement.classList.add("js");
startRail();
startTimes();
startToasts();
