// Bootstrap's scripts are fetched when a menu, a fold, a tab or a hint is first pointed at, touched or focused; a press that comes
// sooner is kept and pressed again when they are there.
const TOGGLES = '[data-bs-toggle="dropdown"], [data-bs-toggle="collapse"], [data-bs-toggle="tab"]';
let coming;
let here = false;

/** The parts of Bootstrap that pages use. */
export function bootstrap() {
  coming ??= import("./bootstrap.js").then((parts) => ((here = true), parts));
  return coming;
}

/** Open the menu of this button. */
export async function openMenu(button) {
  const { Dropdown } = await bootstrap();
  Dropdown.getOrCreateInstance(button).show();
}

/** A tooltip that is made when it is first wanted. */
export function hint(element, options) {
  const start = async () => {
    const { Tooltip } = await bootstrap();
    if (Tooltip.getInstance(element)) return;
    const tooltip = new Tooltip(element, { container: element.closest("dialog") ?? document.body, trigger: "hover focus", ...options });
    if (element.matches(":hover, :focus")) tooltip.show();
  };
  element.addEventListener("pointerenter", start, { once: true });
  element.addEventListener("focus", start, { once: true });
}

async function keepPress(event) {
  const toggle = here ? null : event.target.closest?.(TOGGLES);
  if (!toggle) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await bootstrap();
  toggle.click();
}

export function wireMenus() {
  const fetchSoon = (event) => event.target.closest?.(TOGGLES) && bootstrap();
  ["pointerover", "touchstart", "focusin"].forEach((kind) => document.addEventListener(kind, fetchSoon, { passive: true }));
  document.addEventListener("click", keepPress, { capture: true });
}
