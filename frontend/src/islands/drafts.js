// Drafts: what was typed is kept on the device until it is saved.
import { all, debounce, find, make } from "../core/dom.js";
import { entries, isDirty, isReturned, markSent, snapshot, UNKEPT } from "../core/forms.js";
import { keep, kept } from "../core/keep.js";
import { say } from "../core/words.js";

const AGE = 14 * 24 * 3600 * 1000;

/** Keep a draft under the form's data-draft key; offer it back when the page is met again. */
export function startDraft(form) {
  const key = `draft:${form.dataset.draft}`;
  const draft = kept(key);
  queueMicrotask(() => {
    if (draft && !isReturned(form) && Date.now() - draft.at < AGE && JSON.stringify(draft.values) !== snapshot(form)) offer(form, key, draft);
    else note(); // typed before this script came
  });
  const note = () => isDirty(form) && keep(key, { at: Date.now(), values: entries(form), labels: labels(form) });
  const save = debounce(note, 400);
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("htmx:afterRequest", (event) => event.detail.xhr.status < 400 && event.target === form && keep(key, null));
  form.addEventListener("submit", () => {
    if (form.hasAttribute("hx-post")) return;
    note();
    markSent(key);
  });
}

function offer(form, key, draft) {
  const when = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const bar = make("div", { class: "draft-bar", role: "status" },
    make("span", {}, say("draft_found", { when })),
    make("button", { class: "btn btn-sm btn-primary", type: "button", onclick: () => (restore(form, draft), bar.remove()) }, say("draft_restore")),
    make("button", { class: "btn btn-sm", type: "button", onclick: () => (keep(key, null), bar.remove()) }, say("draft_discard")));
  (find(".modal-body", form) ?? form).prepend(bar);
}

/** As many lines as were there: those added by hand are not on the page that came anew. */
function relay(form, byName) {
  for (const box of all("[data-lines]", form)) {
    const total = find("[name$=TOTAL_FORMS]", box);
    const wanted = Number(byName.get(total?.name)?.[0] ?? 0);
    for (let have = Number(total?.value ?? 0); have < wanted; have += 1) find("[data-line-add]", box)?.click();
  }
}

const lookups = (form) => all("[data-lookup]:not([data-multiple])", form);

/** The words of what was chosen: a lookup sends the id alone. */
const labels = (form) => lookups(form).map((box) => [box.dataset.name, find("[data-lookup-text]", box).value]);

function restore(form, { values, labels: words = [] }) {
  const byName = new Map();
  values.forEach(([name, value]) => byName.set(name, [...(byName.get(name) ?? []), value]));
  relay(form, byName);
  for (const field of form.elements) {
    if (!field.name || UNKEPT.has(field.name)) continue;
    const found = byName.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = found.includes(field.value);
    else if (field.multiple) [...field.options].forEach((option) => (option.selected = found.includes(option.value)));
    else if (found.length) field.value = found.shift();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const byLookup = new Map(words);
  lookups(form).forEach((box) => rename(box, byLookup.get(box.dataset.name)));
}

function rename(box, label) {
  if (label === undefined) return;
  const text = find("[data-lookup-text]", box);
  text.defaultValue = text.value = label;
  box.classList.toggle("has-value", !!find("input[type=hidden]", box).value);
  box.dispatchEvent(new CustomEvent("lookup:restored"));
}
