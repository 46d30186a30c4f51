/* Keeps relative times and countdowns true while a page stays open. The words are those of tickets/pages/words.py. */
const MINUTE = 60, HOUR = 3600, DAY = 86400, SOON = 4 * HOUR;

function span(seconds) {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`;
  if (seconds < 100 * MINUTE) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < 48 * HOUR) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} d`;
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
  for (const time of within.querySelectorAll("time[data-countdown]")) {
    const left = (Date.parse(time.dateTime) - now) / 1000;
    write(time, left < 0 ? `${span(-left)} late` : `${span(left)} left`);
    time.dataset.due = left < 0 ? "late" : left < SOON ? "soon" : "ahead";
  }
}

export function startTimes() {
  setInterval(refreshTimes, 20_000);
  document.addEventListener("visibilitychange", () => document.hidden || refreshTimes());
}
