// A value edited in place: click, Enter or F2 asks for its form; Escape brings the value back; leaving an unchanged form too.
// `<span data-edit="URL" role="button" tabindex="0">`; a value that is a link has its button beside it; both stand in a [data-edit-scope], which the form replaces.
import { find } from "../core/dom.js";

const before = new WeakMap();
let leaving = null;

const scopeOf = (value) => value.closest("[data-edit-scope]") ?? value;

/** A fact without a name of its own is named by the term before it. */
export function nameEdit(value) {
  const title = value.closest("dd").previousElementSibling?.textContent.trim();
  if (title && !value.hasAttribute("aria-label")) value.setAttribute("aria-label", `${title}: ${value.textContent.trim() || "—"}`);
}

/** One listener for the hundreds of values of a list. */
export function wireEdits() {
  const asked = (event) => event.target.closest?.("[data-edit]");
  document.addEventListener("click", (event) => {
    const value = asked(event);
    if (value) window.htmx.ajax("GET", value.dataset.edit, { source: value, target: scopeOf(value), swap: "outerHTML" });
  });
  document.addEventListener("keydown", (event) => {
    if (asked(event) !== event.target || event.target.tagName === "BUTTON" || !["Enter", "F2", " "].includes(event.key)) return;
    event.preventDefault();
    event.target.click();
  });
  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    if (!target.matches?.("[data-edit], [data-edit-scope]")) return;
    leaving = target.cloneNode(true);
    leaving.classList.remove("htmx-request");
    find(".htmx-request", leaving)?.classList.remove("htmx-request");
  });
}

export function startEditForm(form) {
  if (leaving) before.set(form, leaving);
  leaving = null;
  const field = find("input:not([type=hidden]), select, textarea", form);
  field?.focus();
  field?.select?.();
  const first = JSON.stringify([...new FormData(form)]);
  const back = () => {
    const value = before.get(form);
    if (!value || !form.isConnected) return;
    form.replaceWith(value);
    window.htmx.process(value);
    value.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: value } }));
    (value.matches("[data-edit]") ? value : find("[data-edit]", value))?.focus();
  };
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    back();
  });
  form.addEventListener("focusout", () => setTimeout(() => {
    if (form.contains(document.activeElement) || form.classList.contains("htmx-request")) return;
    if (JSON.stringify([...new FormData(form)]) === first) back();
  }, 150));
  form.addEventListener("click", (event) => event.target.closest("[data-edit-cancel]") && back());
}
