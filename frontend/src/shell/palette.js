// The command palette: opened at once, while what it finds with is fetched when it is first opened.
import { all, find } from "../core/dom.js";

let finder;

export function openPalette() {
  const dialog = find("#palette");
  if (!dialog || dialog.open) return;
  const input = find(".palette-input");
  input.value = "";
  dialog.showModal();
  input.focus();
  if (finder) dialog.dispatchEvent(new Event("tonglu:opened"));
  else finder = import("./finder.js").then((part) => part.startFinder());
}

export function wirePalette() {
  if (!find(".palette-input")) return;
  if (/Mac|iP/.test(navigator.platform)) all("[data-palette-key]").forEach((key) => (key.textContent = "⌘ K"));
  document.addEventListener("click", (event) => event.target.closest?.("[data-palette-open]") && openPalette());
}
