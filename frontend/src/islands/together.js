// <input type="checkbox" data-check-all="KEY">: ticks all [data-check="KEY"] of the form, and tells whether all of them are.
import { all } from "../core/dom.js";

export function startTogether(head) {
  const each = all(`[data-check="${head.dataset.checkAll}"]`, head.form);
  const tell = () => {
    const ticked = each.filter((one) => one.checked).length;
    head.checked = ticked === each.length;
    head.indeterminate = ticked > 0 && !head.checked;
  };
  head.addEventListener("change", () => each.forEach((one) => (one.checked = head.checked)));
  head.form.addEventListener("change", tell);
  tell();
}
