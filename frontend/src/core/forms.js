// Forms: nothing typed is lost. A guard against leaving, one submit at a time; drafts on the device are islands/drafts.js.
import { all, find } from "./dom.js";
import { keep } from "./keep.js";

const clean = new WeakMap();
export const UNKEPT = new Set(["csrfmiddlewaretoken", "version", "opened"]);

export function entries(form) {
  return [...new FormData(form)].filter(([name, value]) => !UNKEPT.has(name) && typeof value === "string");
}

export const snapshot = (form) => JSON.stringify(entries(form));

export function isDirty(form) {
  return clean.has(form) && form.isConnected && clean.get(form) !== snapshot(form);
}

/** What is in the form now counts as saved. */
export const settle = (form) => clean.set(form, snapshot(form));

const SENT = "tonglu:sent";

const faulted = (form) => find("[aria-invalid=true], .callout", form);
const returned = new WeakSet();

/** Whether this form was sent a page ago and came back with something to mend: it holds what was typed, and needs no draft. */
export const isReturned = (form) => returned.has(form);

/** Remember that the form of this draft was sent, until the next page tells what became of it. */
export function markSent(key) {
  try {
    sessionStorage.setItem(SENT, key);
  } catch {
    // A browser that keeps nothing has no draft either.
  }
}

/** A draft is done with when a page of ours answers; a sign-in or an error that comes instead leaves it for later. */
export function settleSent() {
  let key = null;
  try {
    key = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
  } catch {
    return;
  }
  if (!key || !find(".shell-main")) return;
  const form = all("form[data-draft]").find((one) => `draft:${one.dataset.draft}` === key);
  if (form && faulted(form)) returned.add(form);
  else keep(key, null);
}

export function startGuard(form) {
  queueMicrotask(() => settle(form));
  form.addEventListener("submit", () => setTimeout(() => settle(form)));
}

/** A dialog's form that stands on a page of its own: it is sent as any form is, for there is no dialog to fill. */
const outOfDialog = (form) => form.getAttribute("hx-target") === "closest dialog" && !form.closest("dialog");

function busy(event) {
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), 8000);
}

/** A zero is a blank waiting for a number: what is typed takes its place, wherever in the field the finger came down. */
function replaceZero({ target }) {
  if (!target.matches?.("input[inputmode=decimal]") || !target.value || Number(target.value) !== 0) return;
  const choose = () => document.activeElement === target && target.select();
  target.addEventListener("click", choose, { once: true });
  choose();
}

export function wireForms() {
  document.addEventListener("focusin", replaceZero);
  addEventListener("beforeunload", (event) => {
    if (all("form[data-guard], form[data-draft]").some(isDirty)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (!outOfDialog(event.target)) return;
    event.stopPropagation();
    setTimeout(() => settle(event.target));
    busy(event);
  }, true);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    busy(event);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submit-on-change]")) event.target.form?.requestSubmit();
  });
}
