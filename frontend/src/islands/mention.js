// Mentions: after an @ in a text the colleagues whose names begin so are offered, and the chosen name is written out.
import { all, debounce, make, uid } from "../core/dom.js";
import { say } from "../core/words.js";

const TYPED = /(?:^|[^0-9A-Za-z])@([^\s@]{1,20})$/u;

class Mention {
  constructor(text) {
    this.text = text;
    this.round = 0;
    const ask = debounce(() => this.ask(), 150);
    text.addEventListener("input", ask);
    text.addEventListener("click", () => this.hide());
    text.addEventListener("keydown", (event) => this.press(event), true);
    text.addEventListener("blur", () => setTimeout(() => this.hide(), 120));
  }

  get typed() {
    return TYPED.exec(this.text.value.slice(0, this.text.selectionStart))?.[1] ?? "";
  }

  get options() {
    return this.list ? all("[role=option]", this.list) : [];
  }

  async ask() {
    const mine = (this.round += 1);
    if (!this.typed) return this.hide();
    const url = `/people/lookup/?q=${encodeURIComponent(this.typed)}`;
    const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (mine !== this.round || !answer?.ok || document.activeElement !== this.text) return;
    this.show((await answer.json()).results.slice(0, 6));
  }

  show(people) {
    if (!people.length) return this.hide();
    if (!this.list?.isConnected) {
      this.list = make("div", { class: "lookup-list", role: "listbox", id: uid("mentions"), popover: "manual", "aria-label": say("results", { n: "" }).trim() });
      this.list.addEventListener("pointerdown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
      this.text.after(this.list);
    }
    this.list.replaceChildren(...people.map(({ label, hint }) => make("div", { class: "lookup-option", role: "option", id: uid("mention"), "data-label": label }, make("span", {}, label), hint ? make("span", { class: "lookup-hint" }, hint) : null)));
    if (!this.list.matches(":popover-open")) this.list.showPopover();
    const { left, bottom } = this.text.getBoundingClientRect();
    Object.assign(this.list.style, { left: `${left}px`, top: `${Math.min(bottom + 2, innerHeight - this.list.offsetHeight - 8)}px` });
    this.text.setAttribute("aria-controls", this.list.id);
    this.mark(0);
  }

  hide() {
    this.list?.remove();
    this.list = null;
    this.text.removeAttribute("aria-activedescendant");
  }

  mark(index) {
    const { options } = this;
    this.current = (index + options.length) % options.length;
    options.forEach((row, at) => row.setAttribute("aria-selected", String(at === this.current)));
    this.text.setAttribute("aria-activedescendant", options[this.current].id);
  }

  press(event) {
    if (!this.options.length || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = (event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab";
    if (!step && !chosen && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.mark(this.current + step);
    else if (chosen) this.choose(this.options[this.current]);
    else this.hide();
  }

  choose(row) {
    if (!row) return;
    const end = this.text.selectionStart;
    this.text.setRangeText(`@${row.dataset.label} `, end - this.typed.length - 1, end, "end");
    this.hide();
    this.text.focus();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export const startMention = (text) => new Mention(text);
