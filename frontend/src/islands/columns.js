// Columns: which, in what order, how wide. Each choice is posted to the list's data-url at once.
import { all, find } from "../core/dom.js";
import { post } from "../core/send.js";

const NARROWEST = 56;
const STEP = 16;
const PHONE = 576;

/** `<ul data-columns data-url>` of `<li data-column="name">` with a checkbox and a .drag-handle. */
export async function startColumns(list) {
  const tell = () => {
    const names = all("[data-column]", list).filter((line) => find("input[type=checkbox]", line).checked).map((line) => line.dataset.column);
    window.htmx.ajax("POST", list.dataset.url, { source: list, swap: list.dataset.target ? "innerHTML" : "none", target: list.dataset.target, values: { columns: names.join(",") } });
  };
  list.addEventListener("change", tell);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const handle = event.target.closest(".drag-handle");
    if (!step || !handle) return;
    event.preventDefault();
    const line = handle.closest("[data-column]");
    const beside = step < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!beside) return;
    beside[step < 0 ? "before" : "after"](line);
    handle.focus();
    tell();
  });
  const { default: Sortable } = await import("sortablejs");
  Sortable.create(list, { handle: ".drag-handle", animation: 120, onEnd: tell });
}

/** Fix every column: those with a stored width at that, the others at what they take by themselves. */
function freeze(table) {
  const heads = all("thead th", table);
  if (heads.every((head) => head.style.width)) return;
  const stored = heads.map((head) => parseInt(head.style.width, 10));
  table.classList.remove("is-fixed");
  heads.forEach((head) => (head.style.width = ""));
  const widths = heads.map((head, index) => stored[index] || head.offsetWidth);
  heads.forEach((head, index) => (head.style.width = `${widths[index]}px`));
  table.style.width = `${Math.max(widths.reduce((sum, width) => sum + width, 0), table.parentElement.clientWidth)}px`;
  table.classList.add("is-fixed");
}

function resize(table, head, width) {
  const wide = Math.max(NARROWEST, Math.round(width));
  table.style.width = `${table.offsetWidth + wide - head.offsetWidth}px`;
  head.style.width = `${wide}px`;
}

const tellWidth = (table, head) => post(table.dataset.widthsUrl, { column: head.dataset.column, width: head.offsetWidth });

function drag(table, head, grip, event) {
  freeze(table);
  const from = { x: event.clientX, width: head.offsetWidth };
  grip.setPointerCapture(event.pointerId);
  grip.classList.add("is-active");
  const move = (moved) => resize(table, head, from.width + moved.clientX - from.x);
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", () => {
    grip.removeEventListener("pointermove", move);
    grip.classList.remove("is-active");
    tellWidth(table, head);
  }, { once: true });
}

/** `<table data-widths-url>` whose heads carry data-column: a grip at the right edge of each. */
export function startWidths(table) {
  if (table.classList.contains("is-fixed") && innerWidth >= PHONE) freeze(table);
  for (const head of all("thead th[data-column]", table)) {
    const grip = document.createElement("button");
    grip.type = "button";
    grip.className = "col-grip";
    grip.setAttribute("aria-label", `${document.getElementById("words") ? head.textContent.trim() : ""} ↔`);
    grip.tabIndex = -1;
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      drag(table, head, grip, event);
    });
    grip.addEventListener("dblclick", () => {
      head.style.width = "";
      tellWidth(table, head);
    });
    head.append(grip);
    head.addEventListener("keydown", (event) => {
      const step = { ArrowRight: STEP, ArrowLeft: -STEP }[event.key];
      if (!step || !event.altKey) return;
      event.preventDefault();
      freeze(table);
      resize(table, head, head.offsetWidth + step);
      tellWidth(table, head);
    });
  }
}
