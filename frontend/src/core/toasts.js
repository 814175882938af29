// Notices: Django's messages on a full page, the `tonglu:toast` event on fragments.
import { all, find, icon, make } from "./dom.js";
import { say } from "./words.js";

const STAY = 6000;
const ICONS = { success: "circle-check", error: "alert-circle", danger: "alert-circle", warning: "alert-triangle", info: "info-circle" };
const box = () => find("#toasts");

/** `toast({text, level, sticky, action: {label, url}})`, or just a sentence. */
export function toast(notice) {
  const { text, level = "info", sticky = level === "error", action } = typeof notice === "string" ? { text: notice } : notice;
  if (!text) return;
  const note = make("div", { class: `note note-${level}`, role: level === "error" ? "alert" : null }, make("span", { class: "note-text" }, text));
  if (action?.url) note.append(make("a", { class: "note-action", href: action.url }, action.label));
  note.append(make("button", { type: "button", class: "btn-close", "data-toast-close": true, "aria-label": say("dismiss") }));
  if (sticky) note.dataset.toastSticky = "";
  box().append(note);
  present(note);
}

function present(note) {
  const level = [...note.classList].find((name) => ICONS[name.slice(5)])?.slice(5) ?? "info";
  if (!find(".icon", note)) note.prepend(icon(ICONS[level]));
  raise();
  if ("toastSticky" in note.dataset) return;
  let timer = setTimeout(() => dismiss(note), STAY);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => (timer = setTimeout(() => dismiss(note), STAY / 2)));
}

function dismiss(note) {
  note.remove();
  if (!box().childElementCount && box().matches(":popover-open")) box().hidePopover();
}

/** Notices stand above every dialog, even one that opened after them. */
function raise() {
  if (!box().childElementCount) return;
  if (box().matches(":popover-open")) box().hidePopover();
  box().showPopover();
}

/** On a phone a dialog comes up where notices lie: those that only say that something went well have been read by then. */
function makeWay() {
  if (matchMedia("(max-width: 575.98px)").matches) all(".note-success, .note-info", box()).filter((note) => !find("a", note)).forEach(dismiss);
  raise();
}

export function wireToasts() {
  all(".note", box()).forEach(present);
  document.addEventListener("tonglu:dialog", makeWay);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-toast-close]");
    if (button) dismiss(button.closest(".note"));
  });
  document.body.addEventListener("tonglu:toast", (event) => {
    const detail = event.detail ?? {};
    const notices = Array.isArray(detail.value) ? detail.value : [detail.text ? detail : (detail.value ?? detail)];
    notices.forEach(toast);
  });
}
