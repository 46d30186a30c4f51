/* Loaded on every page. Each module looks for its own elements and does nothing where they are missing. */
import { startComposer } from "./js/composer.js";
import { startDialogs } from "./js/dialogs.js";
import { startDrafts } from "./js/drafts.js";
import { startKeys } from "./js/keys.js";
import { startLive } from "./js/live.js";
import { startMentions } from "./js/mentions.js";
import { startPalette } from "./js/palette.js";
import { startProperties } from "./js/properties.js";
import { startQueue } from "./js/queue.js";
import { startRail } from "./js/rail.js";
import { startTicket } from "./js/ticket.js";
import { startTimes } from "./js/times.js";
import { startToasts } from "./js/toasts.js";

for (const start of [startRail, startTimes, startToasts, startDialogs, startDrafts, startMentions, startComposer, startTicket, startProperties, startQueue, startPalette, startKeys, startLive]) {
  try {
    start();
  } catch (error) {
    console.error(error); // one part that cannot start must not take the others with it
  }
}
