// Islands: behaviour that is attached to elements of a kind, now and whenever htmx brings new ones.
import { all } from "./dom.js";

const islands = [];
const mounted = new WeakMap();

/** Call `start(element)` once for every element that matches. */
export function island(selector, start) {
  islands.push({ selector, start });
}

/** The same for a heavy island, whose module is fetched when the first such element appears. */
export function lazyIsland(selector, load) {
  island(selector, async (element) => (await load()).default(element));
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
