// Small behaviours: reasons on disabled buttons, timeline filters, relative times, copy buttons, tooltips.
import { all, find } from "../core/dom.js";
import { hint } from "../core/menus.js";
import { toast } from "../core/toasts.js";
import { say } from "../core/words.js";

/** `<button aria-disabled="true" data-reason="…">`: the reason as a tooltip, and as a notice when pressed. */
export function startReason(button) {
  hint(button, { title: button.dataset.reason });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    toast({ text: button.dataset.reason, level: "warning" });
  }, { capture: true });
}

export const startTooltip = (element) => hint(element, {});

/** A table or stage bar wider than its place is scrolled by keyboard too: it takes the focus unless something in it does. The stage of today is brought into sight. */
export function startScroll(box) {
  const show = () => {
    const focusable = "a[href], summary, [tabindex]:not([tabindex='-1']), :is(button, input, select, textarea):enabled";
    const needs = box.scrollWidth > box.clientWidth && !find(focusable, box);
    if (needs) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
    if (!needs && box.scrollWidth <= box.clientWidth) return;
    const now = find(":scope > :is([aria-current], .is-won, .is-lost)", box);
    if (now) box.scrollLeft = now.offsetLeft + now.offsetWidth + 40 - box.clientWidth;
  };
  new ResizeObserver(show).observe(box);
  const current = find("[aria-current=step]", box);
  if (current) box.scrollLeft = current.offsetLeft - box.offsetLeft - (box.clientWidth - current.offsetWidth) / 2;
}

/** Buttons [data-show="mail"] show only the entries with data-kind="mail"; "" shows all. */
export function startTimeline(timeline) {
  timeline.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show]");
    if (!button) return;
    all("[data-show]", timeline).forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    const kinds = button.dataset.show.split(" ").filter(Boolean);
    all("[data-kind]", timeline).forEach((entry) => (entry.hidden = kinds.length > 0 && !kinds.includes(entry.dataset.kind)));
  });
}

const STEPS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

/** `<time datetime data-relative>`: "3 hours ago", with the exact time as its title. */
export function startRelative(time) {
  const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
  time.title ||= time.textContent.trim();
  time.textContent = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** A page that is not served by TLS has no clipboard of its own; there the text is selected and copied as by hand. */
async function copied(text, beside) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
  beside.after(box);
  box.select();
  document.execCommand("copy");
  box.remove();
  beside.focus();
}

export function wireCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-from]");
    if (!button) return;
    await copied(button.dataset.copy || find(button.dataset.copyFrom)?.textContent || "", button);
    toast({ text: say("copied"), level: "success" });
  });
}

/** HX-Trigger {"tonglu:unread": {count}} keeps the bell right. */
export function wireUnread() {
  document.body.addEventListener("tonglu:unread", ({ detail }) => {
    const bell = find("#unread");
    if (!bell) return;
    bell.textContent = detail.count > 99 ? "99+" : detail.count;
    bell.hidden = !detail.count;
  });
}
