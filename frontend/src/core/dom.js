// Small tools for building and finding elements; text is always set as text, never as markup.
export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** `make("button", {class: "btn", type: "button", onclick: f}, "Save")` */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite. */
export function icon(name, classes = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${classes}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.body.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** The value of a `json_script` element, or `otherwise` when it is not there. */
export function json(id, otherwise = null) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : otherwise;
}

export function isTyping(target) {
  return target instanceof Element && !!target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]");
}

export function isInteractive(target) {
  return target instanceof Element && !!target.closest("a, button, input, select, textarea, label, summary, [contenteditable=true], [data-no-open]");
}

export function debounce(act, milliseconds) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), milliseconds);
  };
}

let counter = 0;
export const uid = (prefix) => `${prefix}-${(counter += 1)}`;
