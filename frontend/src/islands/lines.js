// Line items: rows added from a <template>, totals computed with integers only, so that no cent is ever lost to a float.
import { all, debounce, find } from "../core/dom.js";
import { lookupAsk } from "../core/lookups.js";

const SCALE = 6;
const UNIT = 10n ** BigInt(SCALE);

/** "12.5" -> 12500000n; anything that is no number -> 0n. */
export function exact(text) {
  const plain = String(text ?? "").replace(/[\s,，]/g, "");
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(plain);
  if (!match || (!match[2] && !match[3])) return 0n;
  const digits = (match[3] ?? "").slice(0, SCALE).padEnd(SCALE, "0");
  const value = BigInt(match[2] || "0") * UNIT + BigInt(digits);
  return match[1] === "-" ? -value : value;
}

function divided(value, by) {
  const half = by / 2n;
  return value >= 0n ? (value + half) / by : -((-value + half) / by);
}

/** Quantity × price × (1 − discount %), in units of the last decimal, rounded half away from zero once. */
export function lineTotal({ quantity, price, discount }, decimals) {
  const hundred = 100n * UNIT;
  const product = quantity * price * (hundred - discount);
  return divided(product, (UNIT * UNIT * hundred) / 10n ** BigInt(decimals));
}

/** The price after a discount of so many per cent, in cents written as text. */
export function priceAfter(list, discount, decimals) {
  const hundred = 100n * UNIT;
  return plain(divided(list * (hundred - discount), (UNIT * hundred) / 10n ** BigInt(decimals)), decimals);
}

/** The discount in per cent that makes a list price this price, with two decimals and no needless noughts. */
export function discountOf(list, price) {
  if (list === 0n) return "0";
  return plain(divided((list - price) * 10000n, list), 2).replace(/\.?0+$/, "");
}

function plain(amount, decimals) {
  return shown(amount, decimals).replaceAll(",", "").replace("−", "-");
}

export function shown(amount, decimals) {
  const sign = amount < 0n ? "−" : "";
  const digits = String(amount < 0n ? -amount : amount).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  return sign + (decimals ? `${whole}.${digits.slice(-decimals)}` : whole);
}

const part = (row, role, otherwise) => {
  const input = find(`[data-role="${role}"]`, row);
  return input ? exact(input.value ?? input.textContent) : otherwise;
};

class Lines {
  constructor(box) {
    this.box = box;
    this.body = find("[data-lines-body]", box);
    this.decimals = Number(box.dataset.decimals ?? 2);
    const again = debounce((row) => this.refill(row), 200);
    box.addEventListener("input", (event) => {
      this.follow(event.target);
      this.sum();
      if (event.target.dataset.role === "quantity") again(event.target.closest("[data-line]"));
    });
    box.addEventListener("change", () => this.sum());
    box.addEventListener("click", (event) => this.click(event));
    box.addEventListener("keydown", (event) => this.press(event));
    box.addEventListener("lookup:chosen", (event) => this.fill(event));
    this.sum();
  }

  get net() {
    return "net" in this.box.dataset;
  }

  get rows() {
    return all("[data-line]", this.body).filter((row) => !row.hidden);
  }

  click(event) {
    if (event.target.closest("[data-line-add]")) this.add();
    const remove = event.target.closest("[data-line-remove]");
    if (remove) this.remove(remove.closest("[data-line]"));
  }

  press(event) {
    if (event.key !== "Enter" || event.defaultPrevented || event.ctrlKey || event.metaKey || !event.target.matches("input")) return;
    if (!find("[data-line-add]", this.box)) return;
    event.preventDefault();
    if (event.target.closest("[data-line]") === this.rows.at(-1)) this.add();
  }

  add() {
    const total = find("[name$=TOTAL_FORMS]", this.box);
    const index = total ? Number(total.value) : this.body.children.length;
    const holder = document.createElement("template");
    holder.innerHTML = find("template[data-line-template]", this.box).innerHTML.replaceAll("__prefix__", index);
    const row = holder.content.firstElementChild;
    this.body.append(row);
    if (total) total.value = index + 1;
    window.htmx.process(row);
    row.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: row } }));
    find("input:not([type=hidden]), select", row)?.focus();
    this.sum();
  }

  remove(row) {
    const mark = find("[name$=-DELETE]", row);
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    if (mark) {
      if (mark.type === "checkbox") mark.checked = true;
      else mark.value = "on";
      row.hidden = true;
    } else row.remove();
    (find("[data-line-remove]", neighbour ?? this.box) ?? find("[data-line-add]", this.box))?.focus();
    this.box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Where the price is what is paid, price and discount are two ways to say one thing: each follows the other. */
  follow(input) {
    const row = input.closest("[data-line]");
    if (!this.net || !row?.dataset.list) return;
    const list = exact(row.dataset.list);
    const other = (role, text) => {
      const field = find(`[data-role="${role}"]`, row);
      if (field && field.value !== text) field.value = text;
    };
    if (input.dataset.role === "discount") other("price", priceAfter(list, exact(input.value), this.decimals));
    if (input.dataset.role === "price" && input.value.trim()) other("discount", discountOf(list, exact(input.value)));
  }

  /** A chosen product brings its price, unit and name into the empty fields of the row. */
  fill(event) {
    const row = event.target.closest("[data-line]");
    for (const [role, value] of Object.entries(event.detail.fill ?? {})) {
      const input = find(`[data-role="${role}"]`, row);
      if (input) input.value = value;
      if (role === "price") this.relist(row, value);
    }
    this.sum();
  }

  /** More of a product may have another price; one that was typed over the list price without a discount is left alone. */
  async refill(row) {
    const lookup = row && find('[data-lookup][data-depends~="quantity"]', row);
    const chosen = lookup && find("input[type=hidden]", lookup).value;
    if (!chosen || !row.dataset.list) return;
    const mine = (row.asked = (row.asked ?? 0) + 1);
    const answer = await lookupAsk(lookup, { chosen });
    const price = answer?.ok ? (await answer.json()).results[0]?.fill?.price : null;
    if (!price || mine !== row.asked || exact(price) === exact(row.dataset.list)) return;
    const field = find('[data-role="price"]', row);
    const discounted = this.net && find('[data-role="discount"]', row);
    const untouched = exact(field.value) === exact(row.dataset.list);
    if (untouched) field.value = price;
    if (untouched || discounted) this.relist(row, price);
    this.box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Another product or quantity has another list price; a discount that was typed holds for it too. */
  relist(row, price) {
    row.dataset.list = price;
    const discount = find('[data-role="discount"]', row);
    if (discount?.value.trim()) this.follow(discount);
  }

  sum() {
    let sum = 0n;
    for (const row of this.rows) {
      const values = { quantity: part(row, "quantity", UNIT), price: part(row, "price", 0n), discount: this.net ? 0n : part(row, "discount", 0n) };
      const total = lineTotal(values, this.decimals);
      sum += total;
      const output = find("[data-line-total]", row);
      if (output) output.textContent = shown(total, this.decimals);
    }
    all("[data-lines-sum]", this.box).forEach((output) => (output.textContent = shown(sum, this.decimals)));
    all("[data-lines-count]", this.box).forEach((output) => (output.textContent = this.rows.length));
  }
}

export const startLines = (box) => new Lines(box);
