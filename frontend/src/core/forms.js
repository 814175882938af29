// Forms: nothing typed is lost. A guard against leaving, one submit at a time; drafts on the device are islands/drafts.js.
import { all, find } from "./dom.js";
import { keep } from "./keep.js";

const clean = new WeakMap();
export const UNKEPT = new Set(["csrfmiddlewaretoken", "version"]);

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

/** Whether the server gave the form back with something to mend. */
export const isReturned = (form) => !!find("[aria-invalid=true], .callout", form);

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
  if (!form || !isReturned(form)) keep(key, null);
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

export function wireForms() {
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
