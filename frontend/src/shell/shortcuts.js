// Keys: anything with data-key="x" is clicked by x; rows of [data-rows] are walked with j, k and the arrows.
import { all, find, isTyping } from "../core/dom.js";
import { openPalette } from "./palette.js";
import { toggleFold } from "./nav.js";
import { openMenu } from "../core/menus.js";

const rows = () => all("[data-rows] [data-row]").filter((row) => row.offsetParent);

function move(step) {
  const list = rows();
  if (!list.length) return false;
  const now = list.indexOf(document.activeElement?.closest("[data-row]"));
  const next = list[Math.min(Math.max(now + step, 0), list.length - 1)];
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

const focusedRow = () => (document.activeElement?.matches("[data-row]") ? document.activeElement : null);

export function openRow(row, apart) {
  const url = row.dataset.href ?? find("a[href]", row)?.href;
  if (!url) return;
  if (apart) open(url);
  else location.href = url;
}

function toggleRow(row) {
  find("[data-select]", row)?.click();
  return true;
}

function createMenu() {
  const button = find("[data-create-menu]");
  if (button) openMenu(button);
  return !!button;
}

const plain = {
  "/": () => (openPalette(), true),
  "?": () => (find("#shortcuts")?.showModal(), true),
  "[": () => (toggleFold(), true),
  c: createMenu,
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => focusedRow() && move(1),
  ArrowUp: () => focusedRow() && move(-1),
  Enter: () => focusedRow() && (openRow(focusedRow()), true),
  x: () => focusedRow() && toggleRow(focusedRow()),
};

function byKey(key) {
  const found = all("[data-key]").find((element) => element.dataset.key === key && element.offsetParent && !element.disabled);
  found?.click();
  return !!found;
}

function submitNearest(target) {
  const form = target.closest?.("form") ?? find("dialog[open] form") ?? find("main form[data-draft], main form[data-guard]");
  form?.requestSubmit(find("[type=submit]:not([name]), [type=submit]", form));
  return !!form;
}

function press(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "k") return openPalette(), event.preventDefault();
  if (command && event.key === "Enter") return submitNearest(event.target) && event.preventDefault();
  if (command || event.altKey || isTyping(event.target) || find("dialog[open]")) return;
  if (find(".dropdown-menu.show")?.contains(event.target)) return;
  if (byKey(event.key) || plain[event.key]?.()) event.preventDefault();
}

function click(event) {
  const row = event.target.closest?.("[data-row][data-href]");
  if (!row || event.defaultPrevented || event.target.closest("a, button, input, select, textarea, label, summary, form, [data-edit], [data-no-open]")) return;
  if (getSelection()?.toString()) return;
  openRow(row, event.ctrlKey || event.metaKey || event.button === 1);
}

export function wireShortcuts() {
  document.addEventListener("keydown", press);
  document.addEventListener("click", click);
  document.addEventListener("click", (event) => event.target.closest?.("[data-shortcuts-open]") && find("#shortcuts")?.showModal());
}
