/* Keeps relative times and countdowns true while a page stays open. The words are those of tickets/pages/words.py. */
const MINUTE = 60, HOUR = 3600, DAY = 86400, SOON = HOUR;

function span(seconds) {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  if (seconds < 100 * MINUTE) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < 48 * HOUR) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} d`;
}

function fine(seconds) {
  if (seconds < HOUR) return seconds < MINUTE ? `${Math.floor(seconds)} s` : `${Math.floor(seconds / MINUTE)} min`;
  const [size, unit, part, smaller] = seconds >= 2 * DAY ? [DAY, "d", HOUR, "h"] : [HOUR, "h", MINUTE, "min"];
  const rest = Math.floor((seconds % size) / part);
  return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${smaller}` : ""}`;
}

function relative(seconds) {
  if (Math.abs(seconds) < MINUTE) return "just now";
  return seconds > 0 ? `${span(seconds)} ago` : `in ${span(-seconds)}`;
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function refreshTimes(within = document) {
  const now = Date.now();
  for (const time of within.querySelectorAll("time[data-relative]")) {
    const seconds = (now - Date.parse(time.dateTime)) / 1000;
    if (Math.abs(seconds) < 28 * DAY) write(time, relative(seconds));
  }
  countDown(within);
}

/* data-countdown="promise" has the words of sla/standing.py; data-soon says how many seconds before its end it is at risk. */
function countDown(within) {
  const now = Date.now();
  for (const time of within.querySelectorAll("time[data-countdown]")) {
    const left = (Date.parse(time.dateTime) - now) / 1000;
    const late = left < 0;
    if (time.dataset.countdown === "promise") write(time, late ? `breached ${fine(-left)} ago` : `due in ${fine(left)}`);
    else write(time, late ? `${span(-left)} late` : `${span(left)} left`);
    const state = late ? "late" : left < Number(time.dataset.soon ?? SOON) ? "soon" : "ahead";
    if (time.dataset.due !== state) time.dataset.due = state;
  }
}

export function startTimes() {
  setInterval(refreshTimes, 20_000);
  setInterval(() => document.hidden || countDown(document), 1_000);
  document.addEventListener("visibilitychange", () => document.hidden || refreshTimes());
}
