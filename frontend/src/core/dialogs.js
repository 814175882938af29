// Dialogs: htmx content aimed at a <dialog> opens it; `tonglu:close` or [data-close] closes it; focus returns by itself.
import { all, find, make } from "./dom.js";
import { say } from "./words.js";
import { isDirty } from "./forms.js";

export function open(dialog) {
  if (!dialog.open) dialog.showModal();
  const first = find("[autofocus], .modal-body :is(input:not([type=hidden]), select, textarea)", dialog);
  first?.focus();
  document.dispatchEvent(new CustomEvent("tonglu:dialog"));
}

export function close(dialog) {
  if (dialog?.open) dialog.close();
}

/** Resolves to true when the person agrees. */
export function ask(question, { title = say("confirm_title"), confirm = say("confirm"), tone = "primary" } = {}) {
  return new Promise((resolve) => {
    const yes = make("button", { class: `btn btn-${tone}`, type: "button", value: "yes", onclick: () => dialog.close("yes") }, confirm);
    const no = make("button", { class: "btn", type: "button", onclick: () => dialog.close() }, say("cancel"));
    const dialog = make("dialog", { class: "sheet sheet-modal sheet-small", "aria-label": title },
      make("div", { class: "modal-header" }, make("h2", { class: "modal-title" }, title)),
      make("div", { class: "modal-body" }, make("p", { class: "mb-0" }, question)),
      make("div", { class: "modal-footer" }, no, yes));
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}

/** Show markup from the server (a refusal with its explanation) in the small dialog. */
export function explain(html, htmx) {
  const dialog = find("#modal-2");
  htmx.swap(dialog, html, { swapStyle: "innerHTML" });
  open(dialog);
}

async function leave(dialog) {
  if (all("form", dialog).some(isDirty) && !(await ask(say("unsaved")))) return;
  close(dialog);
}

export function wireDialogs() {
  document.addEventListener("click", (event) => {
    const dialog = event.target.closest?.("[data-close]")?.closest("dialog");
    if (dialog) leave(dialog);
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target.matches?.("dialog.sheet, dialog.palette")) leave(event.target);
  });
  for (const dialog of all("dialog.sheet")) {
    dialog.addEventListener("cancel", (event) => {
      if (event.target !== dialog) return;
      event.preventDefault();
      leave(dialog);
    });
    dialog.addEventListener("close", (event) => {
      if (event.target === dialog && ["modal", "modal-2", "panel"].includes(dialog.id)) dialog.replaceChildren();
    });
  }
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.detail.target;
    if (!dialog?.matches?.("dialog")) return;
    if (dialog.childElementCount) open(dialog);
    else close(dialog);
  });
  document.body.addEventListener("tonglu:close", (event) => close(event.target.closest?.("dialog") ?? all("dialog.sheet[open]").at(-1)));
  document.body.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const tone = event.detail.elt.dataset.tone ?? "primary";
    const confirm = event.detail.elt.dataset.confirmLabel ?? say("confirm");
    if (await ask(event.detail.question, { tone, confirm })) event.detail.issueRequest(true);
  });
}
