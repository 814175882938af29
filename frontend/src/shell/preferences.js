// Theme and density: applied at once, kept on the device, told to the server.
import { all } from "../core/dom.js";
import { post } from "../core/send.js";

export function prefer(name, value) {
  document.documentElement.dataset[name] = value;
  try {
    localStorage.setItem(`tonglu:${name}`, value);
  } catch {
    // Private windows may refuse storage: the server remembers.
  }
  show();
  const url = document.body.dataset.preferencesUrl;
  if (url) post(url, { [name]: value });
}

function show() {
  for (const group of all("[data-preference]")) {
    const value = document.documentElement.dataset[group.dataset.preference];
    all("button", group).forEach((button) => button.setAttribute("aria-pressed", String(button.value === value)));
  }
}

export function wirePreferences() {
  show();
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-preference] button");
    if (button) prefer(button.closest("[data-preference]").dataset.preference, button.value);
  });
}
