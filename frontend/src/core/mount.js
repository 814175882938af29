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
 * what is pressed and typed meanwhile is told again.
 */
export function lazyIsland(selector, load, { when = unfolded } = {}) {
  island(selector, async (element) => {
    await when(element);
    const told = kept(element);
    const start = await load().finally(told.stop);
    start(element);
    told.again();
  });
}

/** Buttons pressed and Alt with an arrow wait for the island; what is typed stays, and is heard once more. */
function kept(element) {
  const waiting = [];
  const listening = new AbortController();
  const options = { capture: true, signal: listening.signal };
  const later = (event, act) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push({ target: event.target, act });
  };
  element.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (button) later(event, () => button.click());
  }, options);
  element.addEventListener("keydown", (event) => {
    if (event.altKey && event.key.startsWith("Arrow")) later(event, () => event.target.dispatchEvent(new KeyboardEvent("keydown", event)));
  }, options);
  element.addEventListener("input", ({ target }) => waiting.push({ target, act: () => target.dispatchEvent(new Event("input", { bubbles: true })) }), options);
  return { stop: () => listening.abort(), again: () => waiting.forEach(({ target, act }) => target.isConnected && act()) };
}

/** At once, or when the closed fold around this element is opened. */
function unfolded(element) {
  const fold = element.closest("details:not([open])");
  return fold && new Promise((open) => fold.addEventListener("toggle", open, { once: true }));
}

/**
 * When half of the element is seen, above the bar of a phone, or it is near once the reader scrolls, or to be printed: until then
 * it costs nothing but its room.
 */
export async function approached(element) {
  await unfolded(element);
  await new Promise((near) => {
    let watch;
    const look = (rootMargin, threshold) => {
      watch?.disconnect();
      watch = new IntersectionObserver((seen) => {
        if (!seen.some((one) => one.isIntersecting && one.intersectionRatio >= threshold)) return;
        watch.disconnect();
        near();
      }, { rootMargin, threshold });
      watch.observe(element);
    };
    look("0px 0px -72px", 0.5);
    addEventListener("scroll", () => look("400px", 0), { once: true, passive: true });
    addEventListener("beforeprint", near, { once: true });
  });
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
