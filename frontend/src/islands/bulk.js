// Selecting rows: one, a range with Shift, the page, or everything that matches; the bar below says how many.
import { all, find } from "../core/dom.js";
import { say } from "../core/words.js";

export function startBulk(list) {
  const bar = find("[data-bulk-bar]", list);
  const head = find("[data-select-all]", list);
  const everything = find("[data-bulk-everything]", list);
  let last = null;
  const boxes = () => all("[data-select]", list);

  function show() {
    const count = boxes().filter((box) => box.checked).length;
    const found = find("[data-total]", list)?.dataset.total ?? "0"; // "1000+" for more than have been counted
    const whole = everything?.value === "1";
    if (bar) bar.hidden = !count;
    all("[data-bulk-count]", list).forEach((out) => (out.textContent = say("selected", { n: whole ? found : count })));
    all("[data-bulk-offer]", list).forEach((offer) => (offer.hidden = whole || count < boxes().length || found === String(count)));
    if (!head) return;
    head.checked = count > 0 && count === boxes().length;
    head.indeterminate = count > 0 && count < boxes().length;
  }

  function onlyThese() {
    if (everything) everything.value = "";
  }

  list.addEventListener("click", (event) => {
    const box = event.target.closest("[data-select]");
    if (box && event.shiftKey && last) {
      const [from, to] = [boxes().indexOf(last), boxes().indexOf(box)].sort((a, b) => a - b);
      boxes().slice(from, to + 1).forEach((each) => (each.checked = box.checked));
    }
    if (box) last = box;
    if (event.target.closest("[data-bulk-clear]")) {
      boxes().forEach((each) => (each.checked = false));
      onlyThese();
      show();
    }
    if (event.target.closest("[data-bulk-offer]") && everything) {
      everything.value = "1";
      show();
    }
  });
  list.addEventListener("change", (event) => {
    if (event.target === head) boxes().forEach((box) => (box.checked = head.checked));
    if (event.target === head || event.target.matches("[data-select]")) {
      onlyThese();
      show();
    }
  });
  list.addEventListener("htmx:afterSettle", show);
  show();
}
