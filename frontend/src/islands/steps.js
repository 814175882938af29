// Tables of steps: where one step ends the next begins, so moving an edge moves both sides of it.
import { all } from "../core/dom.js";

/** The input that follows when `input` changes: the next row's "from" for a "to", the previous row's "to" for a "from". */
export function neighbour(rows, row, key) {
  const at = rows.indexOf(row);
  const [other, wanted] = key === "to" ? [rows[at + 1], "from"] : [rows[at - 1], "to"];
  return other?.querySelector(`[data-key="${wanted}"] input`);
}

export function startSteps(table) {
  const before = new WeakMap();
  table.addEventListener("focusin", (event) => before.set(event.target, event.target.value));
  table.addEventListener("change", (event) => {
    const input = event.target;
    const key = input.closest("td")?.dataset.key;
    if (key !== "from" && key !== "to") return;
    const twin = neighbour(all("tbody > tr", table), input.closest("tr"), key);
    if (twin && twin.value === before.get(input)) twin.value = input.value;
    before.set(input, input.value);
  }, { capture: true });
}
