// Lookup fields: a combobox over data-url, with "create new" that comes back with the new record chosen.
import { all, debounce, find, icon, make, uid } from "../core/dom.js";
import { lookupAsk, lookupGiven } from "../core/lookups.js";
import { say } from "../core/words.js";

let asking = null;

class Lookup {
  constructor(box) {
    this.box = box;
    this.text = find("[data-lookup-text]", box);
    this.name = box.dataset.name;
    this.value = find("input[type=hidden]", box);
    this.multiple = box.hasAttribute("data-multiple");
    const typing = document.activeElement === this.text && this.text.value !== this.text.defaultValue;
    this.chosenText = typing ? this.text.defaultValue : this.text.value;
    this.list = make("div", { class: "lookup-list", role: "listbox", id: uid("options"), popover: "manual", "aria-label": say("results", { n: "" }).trim() });
    this.round = 0;
    this.wire();
    this.isTyped = typing;
    if (typing) this.ask();
  }

  wire() {
    const { text } = this;
    Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id }).forEach(([name, value]) => text.setAttribute(name, value));
    this.box.append(this.list);
    const ask = debounce(() => this.isTyped && this.ask(), 130);
    text.addEventListener("input", () => {
      if (!text.value && !this.multiple) this.clear();
      this.isTyped = true;
      ask();
    });
    text.addEventListener("click", () => !this.isOpen && this.ask());
    text.addEventListener("keydown", (event) => this.press(event));
    const follow = () => {
      if (!this.box.isConnected) document.removeEventListener("scroll", follow, true);
      else if (this.isOpen) this.place();
    };
    document.addEventListener("scroll", follow, true);
    text.addEventListener("blur", () => setTimeout(() => this.leave(), 120));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.click(event));
    this.box.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-chip-remove]");
      if (chip) this.drop(chip.closest("[data-chip]"));
      if (event.target.closest("[data-lookup-clear]")) this.clear();
    });
    this.box.addEventListener("lookup:restored", () => (this.chosenText = this.text.value)); // a draft came back
    const beside = (this.box.dataset.depends ?? "").split(" ");
    if ("main" in this.box.dataset) this.box.closest("form")?.addEventListener("lookup:chosen", ({ target }) => beside.includes(target.dataset.name) && this.propose());
    find("[data-lookup-create]", this.box)?.addEventListener("click", () => this.create(""));
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  get options() {
    return all("[role=option]", this.list);
  }

  /** What was typed is asked for after a moment; an Enter that comes before its answer takes the first of it, not of what stood there before. */
  async ask() {
    [this.isAsking, this.isTyped] = [this.isTyped, false];
    const text = this.text.value === this.chosenText && !this.multiple ? "" : this.text.value.trim();
    const mine = (this.round += 1);
    const answer = await lookupAsk(this.box, { q: text });
    if (mine !== this.round) return;
    this.isAsking = false;
    this.isHurried &&= !!answer?.ok;
    if (!answer?.ok) return;
    const html = (answer.headers.get("Content-Type") ?? "").includes("html");
    this.fill(html ? await answer.text() : (await answer.json()).results, text);
    if (this.isHurried && !this.isTyped) this.options[this.current]?.click();
    this.isHurried &&= this.isTyped;
  }

  fill(results, text) {
    if (typeof results === "string") this.list.innerHTML = results;
    else this.list.replaceChildren(...results.map((row) => this.option(row)));
    if (!this.options.length) this.list.replaceChildren(make("div", { class: "lookup-none" }, say("no_results")));
    if (this.box.dataset.createUrl) {
      this.list.append(make("div", { class: "lookup-option lookup-new", role: "option", "data-create": text }, icon("plus"), text ? say("create_new", { text }) : say("create_another")));
    }
    this.options.forEach((row) => (row.id ||= uid("option")));
    this.show();
    this.mark(0);
  }

  option({ id, label, hint, fill }) {
    const row = make("div", { class: "lookup-option", role: "option", "data-value": id, "data-label": label, "data-fill": fill ? JSON.stringify(fill) : null }, make("span", {}, label));
    if (hint) row.append(make("span", { class: "lookup-hint" }, hint));
    return row;
  }

  show() {
    if (!this.isOpen) this.list.showPopover();
    this.text.scrollIntoView({ block: "nearest" });
    this.place();
    this.text.setAttribute("aria-expanded", "true");
  }

  /** Below the field, or above it where there is more room; it follows the field when the page scrolls. */
  place() {
    const { left, bottom, top, width } = this.text.getBoundingClientRect();
    const height = this.list.offsetHeight;
    const above = bottom + height > innerHeight - 8 && top > height;
    Object.assign(this.list.style, { left: `${left}px`, top: `${above ? top - height - 2 : bottom + 2}px`, minWidth: `${width}px` });
  }

  /** An answer that is still on its way must not open the list again. */
  hide() {
    this.round += 1;
    this.isTyped = this.isAsking = this.isHurried = false;
    if (this.isOpen) this.list.hidePopover();
    this.text.setAttribute("aria-expanded", "false");
    this.text.removeAttribute("aria-activedescendant");
  }

  leave() {
    if (document.activeElement === this.text) return;
    this.hide();
    if (this.multiple) this.text.value = "";
    else if (this.text.value) this.text.value = this.chosenText;
  }

  mark(index) {
    const options = this.options;
    this.current = (index + options.length) % (options.length || 1);
    options.forEach((row, at) => row.setAttribute("aria-selected", String(at === this.current)));
    options[this.current]?.scrollIntoView({ block: "nearest" });
    if (options[this.current]) this.text.setAttribute("aria-activedescendant", options[this.current].id);
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      return this.isOpen ? this.mark(this.current + step) : this.ask();
    }
    if (event.isComposing || (event.ctrlKey && event.key === "Enter")) return;
    if (event.key === "Enter" && (this.isTyped || this.isAsking)) {
      event.preventDefault();
      this.isHurried = true;
      return;
    }
    if (event.key === "Enter" && this.isOpen) {
      event.preventDefault();
      this.options[this.current]?.click();
    }
    if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    }
    if (event.key === "Backspace" && this.multiple && !this.text.value) this.drop(all("[data-chip]", this.box).at(-1));
  }

  click(event) {
    const row = event.target.closest("[role=option]");
    if (!row) return;
    if ("create" in row.dataset) this.create(row.dataset.create);
    else this.choose(row.dataset.value, row.dataset.label ?? row.textContent.trim(), JSON.parse(row.dataset.fill ?? "{}"));
  }

  choose(value, label, fill = {}) {
    if (this.multiple) this.add(value, label);
    else {
      this.value.value = value;
      this.text.value = this.chosenText = label;
    }
    this.box.classList.toggle("has-value", !!value);
    this.hide();
    this.changed({ value, label, fill });
  }

  /** The main contact of the account that was chosen beside, as long as nobody chose another one. */
  async propose() {
    const isOurs = () => !this.value.value || this.value.value === this.proposed;
    const mine = isOurs() && (this.round += 1);
    const answer = mine && lookupGiven(this.box).length ? await lookupAsk(this.box, { main: 1 }) : null;
    const [found] = answer?.ok ? (await answer.json()).results : [];
    if (!mine || mine !== this.round || !isOurs()) return;
    this.proposed = String(found?.id ?? "");
    if (found) this.choose(this.proposed, found.label, found.fill);
    else if (this.value.value) this.clear();
  }

  add(value, label) {
    this.text.value = "";
    if (all("[data-chip] input", this.box).some((input) => input.value === String(value))) return;
    const chip = make("span", { class: "tag-chip", "data-chip": true }, label, make("input", { type: "hidden", name: this.name, value }),
      make("button", { type: "button", "data-chip-remove": true, "aria-label": `${say("remove")} ${label}` }, icon("x")));
    this.text.before(chip);
  }

  drop(chip) {
    if (!chip) return;
    chip.remove();
    this.text.focus();
    this.changed({});
  }

  clear() {
    if (this.multiple) return;
    this.value.value = "";
    this.text.value = this.chosenText = "";
    this.box.classList.remove("has-value");
    this.changed({ value: "", label: "", fill: {} });
  }

  changed(detail) {
    (this.value ?? this.text).dispatchEvent(new Event("change", { bubbles: true }));
    this.box.dispatchEvent(new CustomEvent("lookup:chosen", { bubbles: true, detail }));
  }

  create(text) {
    this.hide();
    asking = this;
    const url = new URL(this.box.dataset.createUrl, location.href);
    for (const [name, value] of lookupGiven(this.box)) url.searchParams.set(name, value);
    if (text) url.searchParams.set("text", text);
    const target = this.box.closest("dialog#modal") ? "#modal-2" : "#modal";
    window.htmx.ajax("GET", url.pathname + url.search, { target, swap: "innerHTML", source: this.box });
  }
}

/** A record that was created from a lookup is chosen there: HX-Trigger {"tonglu:created": {id, label}}. */
export function wireLookups() {
  document.body.addEventListener("tonglu:created", (event) => {
    const { id, label, fill } = event.detail ?? {};
    if (!asking?.box.isConnected || id == null) return;
    asking.choose(id, label, fill);
    asking.text.focus();
    asking = null;
  });
}

export const startLookup = (box) => new Lookup(box);
