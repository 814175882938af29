// A value edited in place: click, Enter or F2 asks for its form; Escape brings the value back; leaving an unchanged form too.
// A value that is a link has its button beside it; both stand in a [data-edit-scope], which the form replaces.
import { find } from "../core/dom.js";

const before = new WeakMap();
let leaving = null;

export function startEdit(value) {
  if (!value.hasAttribute("tabindex")) value.tabIndex = 0;
  value.setAttribute("role", "button");
  const title = value.closest("dd")?.previousElementSibling?.textContent.trim();
  if (title && !value.hasAttribute("aria-label")) value.setAttribute("aria-label", `${title}: ${value.textContent.trim() || "—"}`);
  value.addEventListener("keydown", (event) => {
    if (event.target !== value || !["Enter", "F2", " "].includes(event.key)) return;
    event.preventDefault();
    value.click();
  });
  const scope = value.closest("[data-edit-scope]") ?? value;
  scope.addEventListener("htmx:beforeSwap", () => {
    leaving = scope.cloneNode(true);
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
