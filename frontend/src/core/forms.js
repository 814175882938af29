// Forms: nothing typed is lost. A guard against leaving, drafts on the device, one submit at a time.
import { all, debounce, find, make } from "./dom.js";
import { keep, kept } from "./keep.js";
import { say } from "./words.js";

const clean = new WeakMap();
const UNKEPT = new Set(["csrfmiddlewaretoken", "version"]);

function entries(form) {
  return [...new FormData(form)].filter(([name, value]) => !UNKEPT.has(name) && typeof value === "string");
}

const snapshot = (form) => JSON.stringify(entries(form));

export function isDirty(form) {
  return clean.has(form) && form.isConnected && clean.get(form) !== snapshot(form);
}

/** What is in the form now counts as saved. */
export const settle = (form) => clean.set(form, snapshot(form));

export function startGuard(form) {
  queueMicrotask(() => settle(form));
  form.addEventListener("submit", () => setTimeout(() => settle(form)));
}

const AGE = 14 * 24 * 3600 * 1000;

/** Keep a draft under the form's data-draft key; offer it back when the page is met again. */
export function startDraft(form) {
  const key = `draft:${form.dataset.draft}`;
  startGuard(form);
  const draft = kept(key);
  queueMicrotask(() => {
    if (draft && Date.now() - draft.at < AGE && JSON.stringify(draft.values) !== snapshot(form)) offer(form, key, draft);
  });
  const save = debounce(() => isDirty(form) && keep(key, { at: Date.now(), values: entries(form) }), 400);
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("htmx:afterRequest", (event) => event.detail.xhr.status < 400 && event.target === form && keep(key, null));
  form.addEventListener("submit", () => !form.hasAttribute("hx-post") && keep(key, null));
}

function offer(form, key, draft) {
  const when = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const bar = make("div", { class: "draft-bar", role: "status" },
    make("span", {}, say("draft_found", { when })),
    make("button", { class: "btn btn-sm btn-primary", type: "button", onclick: () => (restore(form, draft.values), bar.remove()) }, say("draft_restore")),
    make("button", { class: "btn btn-sm", type: "button", onclick: () => (keep(key, null), bar.remove()) }, say("draft_discard")));
  (find(".modal-body", form) ?? form).prepend(bar);
}

function restore(form, values) {
  const byName = new Map();
  values.forEach(([name, value]) => byName.set(name, [...(byName.get(name) ?? []), value]));
  for (const field of form.elements) {
    if (!field.name || UNKEPT.has(field.name)) continue;
    const found = byName.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = found.includes(field.value);
    else if (field.multiple) [...field.options].forEach((option) => (option.selected = found.includes(option.value)));
    else if (found.length) field.value = found.shift();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
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
