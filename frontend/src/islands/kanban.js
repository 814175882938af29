// Boards: a card dropped in another lane is posted to its data-move-url; a refusal puts it back and says why.
import Sortable from "sortablejs";
import { all, find } from "../core/dom.js";
import { refuse } from "../core/requests.js";
import { toast } from "../core/toasts.js";
import { say } from "../core/words.js";

const HOLD = 200;
let held = null;

function place(card) {
  return { lane: card.closest("[data-lane]"), parent: card.parentElement, next: card.nextElementSibling };
}

function count(lane, step) {
  const element = find("[data-lane-count]", lane);
  if (element && /^\d+$/.test(element.textContent.trim())) element.textContent = Number(element.textContent) + step;
  lane.classList.toggle("is-empty", !find("[data-card]", lane));
}

function putBack(card, from) {
  from.parent.insertBefore(card, from.next?.parentElement === from.parent ? from.next : null);
}

async function send(card, from, to) {
  const htmx = window.htmx;
  count(from.lane, -1);
  count(to.lane, 1);
  card.setAttribute("aria-busy", "true");
  const answer = await new Promise((resolve) => {
    card.addEventListener("htmx:afterRequest", (event) => resolve(event.detail.xhr), { once: true });
    htmx.ajax("POST", card.dataset.moveUrl, { source: card, swap: "none", values: { to: to.lane.dataset.lane, before: to.next?.dataset.card ?? "" } });
  });
  card.removeAttribute("aria-busy");
  if (answer.status >= 200 && answer.status < 400) return;
  putBack(card, from);
  count(from.lane, 1);
  count(to.lane, -1);
  if (answer.status) refuse(answer.status, answer.getResponseHeader("Content-Type") ?? "", answer.responseText, htmx);
  else toast({ text: say("move_failed"), level: "error" });
}

/** Alt with an arrow moves the focused card to the lane beside it. */
function press(board, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const card = event.target.closest("[data-card]");
  if (!step || !event.altKey || !card?.dataset.moveUrl) return;
  event.preventDefault();
  const lanes = all("[data-lane]", board);
  const lane = lanes[lanes.indexOf(card.closest("[data-lane]")) + step];
  if (!lane) return;
  const from = place(card);
  find("[data-lane-cards]", lane).prepend(card);
  card.focus();
  held = card.dataset.card;
  send(card, from, place(card));
}

/** A move draws the board anew; the keyboard stays on the card that it moved. */
function hold(board) {
  const card = held && find(`[data-card="${held}"]`, board);
  held = null;
  card?.focus();
}

export default function start(board) {
  board.dataset.ownRefusals = "";
  hold(board);
  let from;
  all("[data-lane-cards]", board).forEach((lane) => {
    Sortable.create(lane, {
      group: board.id || "board",
      draggable: "[data-card][data-move-url]",
      animation: 120,
      delay: HOLD,
      delayOnTouchOnly: true,
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 5,
      fallbackClass: "is-dragged",
      ghostClass: "is-ghost",
      scrollSensitivity: 80,
      onStart: ({ item }) => (from = place(item)),
      onEnd: ({ item }) => {
        const to = place(item);
        if (to.lane !== from.lane) send(item, from, to);
      },
    });
  });
  board.addEventListener("keydown", (event) => press(board, event));
  board.dataset.ready = "";
}
