// Islands: behaviour that is attached to elements of a kind, now and whenever htmx brings new ones.
import { all } from "./dom.js";

const islands = [];
const mounted = new WeakMap();

/** Call `start(element)` once for every element that matches. */
export function island(selector, start) {
  islands.push({ selector, start });
}

/**
 * The same for an island whose module is fetched when the first such element appears, or is unfolded;
 * buttons pressed meanwhile are pressed again.
 */
export function lazyIsland(selector, load) {
  island(selector, async (element) => {
    await unfolded(element);
    const pressed = [];
    const keep = (event) => {
      const button = event.target.closest?.("button");
      if (!button) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      pressed.push(button);
    };
    element.addEventListener("click", keep, { capture: true });
    const start = await load().finally(() => element.removeEventListener("click", keep, { capture: true }));
    start(element);
    pressed.forEach((button) => button.isConnected && button.click());
  });
}

/** At once, or when the closed fold around this element is opened. */
function unfolded(element) {
  const fold = element.closest("details:not([open])");
  return fold && new Promise((open) => fold.addEventListener("toggle", open, { once: true }));
}

export function mountIn(root) {
  if (!(root instanceof Element || root instanceof Document)) return;
  for (const { selector, start } of islands) {
    const found = all(selector, root);
    if (root instanceof Element && root.matches(selector)) found.unshift(root);
    found.forEach((element) => mountOnce(element, selector, start));
  }
}

function mountOnce(element, selector, start) {
  const done = mounted.get(element) ?? new Set();
  if (done.has(selector)) return;
  mounted.set(element, done.add(selector));
  start(element);
}
