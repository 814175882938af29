// Drafts: what was typed is kept on the device until it is saved.
import { debounce, find, make } from "../core/dom.js";
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
  const note = () => isDirty(form) && keep(key, { at: Date.now(), values: entries(form) });
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
