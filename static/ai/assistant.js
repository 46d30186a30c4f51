/* An answer that is being written: its pieces come over the socket and are put in their place; what was missed is read again. */
const LOOK_AFTER = 4_000, LOOK_AGAIN = 600, EARLY_AT_MOST = 500; // milliseconds, milliseconds, pieces

const early = new Map(); // turn → pieces that came before their place was on the page
const reading = new Set();
const heard = new Map(); // turn → when something last came
const place = (id) => document.getElementById(`turn-${id}`);
const running = () => [...document.querySelectorAll(".turn[data-state=running]")];

/* Positions count characters as the server does, not the halves in which JavaScript keeps some of them. */
function put(turn, piece) {
  const at = Number(turn.dataset.at);
  if (piece.end <= at) return true;
  if (piece.start > at) return false;
  const stays = nearEnd();
  turn.querySelector(".said-by-agent").append([...piece.text].slice(at - piece.start).join(""));
  turn.dataset.at = piece.end;
  if (stays) follow();
  return true;
}

const nearEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 240;
const follow = () => scrollTo({ top: document.documentElement.scrollHeight });

function step(turn, { place: number, said, found, state }) {
  const list = turn.querySelector(".agent-steps");
  while (list.children.length <= number) list.append(document.createElement("li"));
  const line = list.children[number];
  line.textContent = found ? `${said}: ${found}` : said;
  line.dataset.state = state;
}

function keepForLater(id, piece) {
  const waiting = early.get(id) ?? [];
  if (waiting.length < EARLY_AT_MOST) waiting.push(piece);
  early.set(id, waiting);
}

function catchUp(turn) {
  const id = Number(turn.dataset.turn);
  const missing = (early.get(id) ?? []).filter((piece) => !put(turn, piece));
  if (missing.length) {
    early.set(id, missing);
    setTimeout(() => read(turn), LOOK_AGAIN);
  } else early.delete(id);
}

/* Takes the turn as the server has it, unless the page knows more. */
async function read(turn) {
  const id = Number(turn.dataset.turn);
  if (reading.has(id) || !turn.isConnected) return;
  reading.add(id);
  heard.set(id, Date.now());
  try {
    const answer = await fetch(turn.dataset.url, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const came = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".turn");
    const now = place(id);
    if (!came || !now) return;
    if (came.dataset.state !== "running" || Number(came.dataset.at) > Number(now.dataset.at)) {
      const stays = nearEnd(), focused = now.contains(document.activeElement);
      now.replaceWith(document.adoptNode(came));
      htmx.process(came);
      if (focused) document.getElementById("question")?.focus();
      if (stays) follow();
    }
    if (came.dataset.state === "running") catchUp(place(id));
    else early.delete(id);
  } catch {
    // the next look may go well
  } finally {
    reading.delete(id);
  }
}

const known = (id, work) => {
  heard.set(id, Date.now());
  const turn = place(id);
  if (turn?.dataset.state === "running") work(turn);
  return Boolean(turn);
};

document.addEventListener("desk:agent_answer_piece", ({ detail: piece }) => {
  const there = known(piece.turn_id, (turn) => {
    if (early.has(piece.turn_id) || !put(turn, piece)) {
      keepForLater(piece.turn_id, piece);
      read(turn);
    }
  });
  if (!there) keepForLater(piece.turn_id, piece);
});
document.addEventListener("desk:agent_step", ({ detail }) => known(detail.turn_id, (turn) => step(turn, detail)));
document.addEventListener("desk:agent_answer_ended", ({ detail }) => known(detail.turn_id, read));
document.addEventListener("desk:caught-up", () => running().forEach(read));
setInterval(() => {
  for (const turn of running()) if (Date.now() - (heard.get(Number(turn.dataset.turn)) ?? 0) > LOOK_AFTER) read(turn);
}, 1_000);

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id !== "ask" || !event.detail.successful) return;
  event.target.reset();
  document.getElementById("assistant-problem")?.replaceChildren();
  const turn = running().at(-1);
  if (turn) {
    heard.set(Number(turn.dataset.turn), Date.now());
    catchUp(turn);
    follow();
  }
});
document.getElementById("question")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
});

/* A conversation opens where it stands. */
if (!location.hash) [...document.querySelectorAll(".turn")].at(-1)?.scrollIntoView();
