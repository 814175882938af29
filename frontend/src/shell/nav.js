// The navigation: folds to a rail, opens as a drawer on phones, remembers which areas are open.
// The state lives in a cookie, so that the server draws it right the first time and nothing jumps.
import { all, find } from "../core/dom.js";

const YEAR = 31536000;
const WIDE = 992;

function remember() {
  const open = all(".nav-area[open]").map((area) => area.dataset.area).join(".");
  const folded = document.documentElement.dataset.nav === "folded" ? "folded" : "wide";
  document.cookie = `tonglu_nav=${folded}:${open}; path=/; max-age=${YEAR}; samesite=lax`;
}

export function toggleFold() {
  const root = document.documentElement;
  root.dataset.nav = root.dataset.nav === "folded" ? "wide" : "folded";
  find("[data-nav-fold]")?.setAttribute("aria-expanded", String(root.dataset.nav !== "folded"));
  remember();
}

const showActive = () => find(".nav-areas .is-active")?.scrollIntoView({ block: "nearest" });

// A row of tabs that is longer than a phone is wide begins at the tab that is open.
function showTab(tabs) {
  const active = tabs.querySelector("[aria-current], .is-active, .active");
  if (!active || active.getBoundingClientRect().right <= tabs.getBoundingClientRect().right) return;
  tabs.scrollLeft = active.offsetLeft - tabs.offsetLeft - 24;
}

function drawer(isOpen) {
  document.documentElement.toggleAttribute("data-nav-open", isOpen);
  if (!isOpen) return;
  showActive();
  find("[data-nav] .nav-close")?.focus();
}

export function wireNav() {
  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    if (target.closest("[data-nav-fold]")) toggleFold();
    if (target.closest("[data-nav-open]:not(html)")) drawer(true);
    if (target.closest("[data-nav-close]")) drawer(false);
    const summary = target.closest(".nav-area > summary");
    if (summary && document.documentElement.dataset.nav === "folded" && innerWidth >= WIDE) toggleFold();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && drawer(false));
  all(".nav-area").forEach((area) => area.addEventListener("toggle", remember));
  if (innerWidth >= WIDE) showActive();
  all(".tabs").forEach(showTab);
}
