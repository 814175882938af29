// The condition builder: fields and operators come as JSON with the page, the tree goes as JSON into a hidden input.
//
// {"fields": [{name, label, type, choices?: [[value, label]], url?}], "operators": {type: [[op, label, shape]]}, "ranges": [[value, label]]}
// A shape says what is asked for: "one", "many", "two" (between), "range" (a relative period), "none".
import "../css/conditions.css";
import { all, debounce, find, icon, json, make, uid } from "../core/dom.js";
import { say } from "../core/words.js";
import { mountIn } from "../core/mount.js";

const DEEPEST = 3;
const KINDS = { number: "number", integer: "number", decimal: "number", money: "number", percent: "number", date: "date", datetime: "datetime-local" };

const select = (label, choices, chosen, changed) => {
  const box = make("select", { class: "form-select form-select-sm", "aria-label": label, onchange: (event) => changed(event.target.value) });
  choices.forEach(([value, text]) => box.append(make("option", { value, selected: String(value) === String(chosen) }, text)));
  return box;
};

class Builder {
  constructor(box) {
    this.box = box;
    this.input = find("input[type=hidden]", box);
    this.spec = json(box.dataset.conditions, { fields: [], operators: {}, ranges: [] });
    this.fields = new Map(this.spec.fields.map((field) => [field.name, field]));
    this.tell = debounce(() => this.input.dispatchEvent(new Event("change", { bubbles: true })), 350);
    this.root = this.read(this.input.value);
    this.area = make("div", { class: "conditions" });
    box.append(this.area);
    this.draw();
  }

  read(text) {
    let tree = {};
    try {
      tree = JSON.parse(text || "{}");
    } catch {
      tree = {};
    }
    const group = this.group(tree);
    return group ?? { match: "all", parts: Object.keys(tree).length ? [this.leaf(tree)] : [] };
  }

  group(tree) {
    if (tree.not) {
      const inner = tree.not.any ?? tree.not.all ?? [tree.not];
      return { match: "none", parts: inner.map((part) => this.part(part)) };
    }
    const match = ["all", "any"].find((name) => Array.isArray(tree[name]));
    return match ? { match, parts: tree[match].map((part) => this.part(part)) } : null;
  }

  part(tree) {
    return this.group(tree) ?? this.leaf(tree);
  }

  /** The stored form `= me` is offered as a comparison of its own. */
  leaf({ field, op, value }) {
    return op === "=" && value === "me" ? { field, op: "me" } : { field, op, value };
  }

  write(group = this.root) {
    const parts = group.parts.map((part) => (part.parts ? this.write(part) : this.written(part))).filter(Boolean);
    if (!parts.length) return null;
    return group.match === "none" ? { not: { any: parts } } : { [group.match]: parts };
  }

  written({ field, op, value }) {
    if (!field) return null;
    return this.shape(field, op) === "none" ? { field, op } : { field, op, value: value ?? "" };
  }

  changed({ redraw = true } = {}) {
    const tree = this.write();
    this.input.value = tree ? JSON.stringify(tree) : "{}";
    this.box.style.minHeight = 0;
    if (redraw) this.draw();
    this.tell();
  }

  operators(name) {
    const field = this.fields.get(name);
    return field?.operators ?? this.spec.operators[field?.type] ?? this.spec.operators.text ?? [];
  }

  shape(name, op) {
    return this.operators(name).find(([value]) => value === op)?.[2] ?? "one";
  }

  draw() {
    const path = document.activeElement?.closest?.("[data-path]")?.dataset.path;
    const spot = document.activeElement?.dataset?.spot;
    this.area.replaceChildren(this.drawGroup(this.root, "0", 1));
    if (path && spot) (find(`[data-path="${path}"] [data-spot="${spot}"]`, this.area) ?? find("[data-spot=add]", this.area))?.focus();
    mountIn(this.area);
  }

  drawGroup(group, path, depth, remove) {
    const match = select(say("match"), [["all", say("all_of")], ["any", say("any_of")], ["none", say("none_of")]], group.match, (value) => {
      group.match = value;
      this.changed();
    });
    match.dataset.spot = "match";
    const add = (part) => () => {
      group.parts.push(part());
      this.changed();
      all(`[data-path^="${path}."] [data-spot=field]`, this.area).at(-1)?.focus();
    };
    const buttons = make("div", { class: "condition-adds" },
      make("button", { type: "button", class: "btn btn-sm btn-ghost", "data-spot": "add", onclick: add(() => this.fresh()) }, icon("plus"), say("add_condition")),
      depth < DEEPEST ? make("button", { type: "button", class: "btn btn-sm btn-ghost", "data-spot": "group", onclick: add(() => ({ match: "any", parts: [this.fresh()] })) }, icon("stack-2"), say("add_group")) : null);
    const lines = group.parts.map((part, index) => this.drawPart(group, part, index, `${path}.${index}`, depth));
    if (!lines.length && depth === 1) lines.push(make("p", { class: "condition-none" }, say("no_conditions")));
    return make("fieldset", { class: "condition-group", "data-path": path },
      make("legend", { class: "visually-hidden" }, say("match")),
      make("div", { class: "condition-head" }, match, remove ?? null), ...lines, buttons);
  }

  fresh() {
    const [field] = this.spec.fields;
    return { field: field.name, op: this.operators(field.name)[0]?.[0] ?? "=", value: "" };
  }

  drawPart(group, part, index, path, depth) {
    const remove = make("button", { type: "button", class: "btn btn-sm btn-icon btn-ghost", "aria-label": say("remove"), "data-spot": "remove", onclick: () => {
      group.parts.splice(index, 1);
      this.changed();
      (find(`[data-path="${path}"] [data-spot=remove]`, this.area) ?? find("[data-spot=add]", this.area)).focus();
    } }, icon("x"));
    return part.parts ? this.drawGroup(part, path, depth + 1, remove) : this.drawLeaf(part, path, remove);
  }

  drawLeaf(part, path, remove) {
    const fields = this.spec.fields.map(({ name, label }) => [name, label]);
    if (part.field && !this.fields.has(part.field)) fields.push([part.field, part.field]);
    const field = select(say("field"), fields, part.field, (value) => {
      Object.assign(part, { field: value, op: this.operators(value)[0]?.[0] ?? "=", value: "" });
      this.changed();
    });
    const op = select(say("operator"), this.operators(part.field), part.op, (value) => {
      const before = this.shape(part.field, part.op);
      part.op = value;
      if (this.shape(part.field, value) !== before) part.value = "";
      this.changed();
    });
    field.dataset.spot = "field";
    op.dataset.spot = "op";
    return make("div", { class: "condition-line", "data-path": path }, field, op, this.drawValue(part), remove);
  }

  drawValue(part) {
    const shape = this.shape(part.field, part.op);
    const field = this.fields.get(part.field) ?? { type: "text" };
    const set = (value) => {
      part.value = value;
      this.changed({ redraw: false });
    };
    if (shape === "none") return make("span", { class: "condition-value" });
    if (shape === "range") return this.value(select(say("value"), this.spec.ranges, part.value || (part.value = this.spec.ranges[0]?.[0]), set));
    if (shape === "two") return this.two(field, part, set);
    if (shape === "many") return this.many(field, part, set);
    return this.value(this.control(field, part.value, set));
  }

  value(...controls) {
    controls.forEach((control) => (control.dataset.spot ??= "value"));
    return make("span", { class: "condition-value" }, ...controls);
  }

  two(field, part, set) {
    const pair = Array.isArray(part.value) ? part.value : ["", ""];
    const from = this.control(field, pair[0], (value) => set((pair[0] = value, [...pair])));
    const to = this.control(field, pair[1], (value) => set((pair[1] = value, [...pair])));
    to.dataset.spot = "value-2";
    return this.value(from, make("span", { class: "text-secondary" }, say("and")), to);
  }

  many(field, part, set) {
    const chosen = Array.isArray(part.value) ? part.value : [];
    if (field.url) return this.value(this.lookups(field, chosen, set));
    if (!field.choices) {
      const text = make("input", { class: "form-control form-control-sm", value: chosen.join(", "), "aria-label": say("value"), oninput: (event) => set(event.target.value.split(/[,，、]\s*/).filter(Boolean)) });
      return this.value(text);
    }
    const boxes = field.choices.map(([value, label]) => make("label", { class: "condition-choice" },
      make("input", { type: "checkbox", class: "form-check-input", value, checked: chosen.map(String).includes(String(value)), onchange: (event) => {
        const next = new Set(chosen.map(String));
        next[event.target.checked ? "add" : "delete"](String(value));
        chosen.splice(0, chosen.length, ...next);
        set([...chosen]);
      } }), label));
    return make("span", { class: "condition-value condition-choices", role: "group", "aria-label": say("value") }, ...boxes);
  }

  control(field, value, set) {
    const options = ["boolean", "bool"].includes(field.type) ? [["true", say("yes")], ["false", say("no")]] : field.choices;
    if (options) {
      const box = select(say("value"), [["", "—"], ...options], value, set);
      return box;
    }
    if (field.url) return this.lookup(field, value, set);
    return make("input", { class: "form-control form-control-sm", type: KINDS[field.type] ?? "text", step: "any", value: value ?? "", "aria-label": say("value"), oninput: (event) => set(event.target.value) });
  }

  lookups(field, chosen, set) {
    const chips = chosen.map((value) => make("span", { class: "tag-chip", "data-chip": true }, field.labels?.[value] ?? value,
      make("input", { type: "hidden", value }), make("button", { type: "button", "data-chip-remove": true, "aria-label": say("remove") }, icon("x"))));
    const box = make("div", { class: "lookup", "data-lookup": true, "data-multiple": true, "data-url": field.url }, ...chips,
      make("input", { class: "form-control form-control-sm", "data-lookup-text": true, "data-spot": "value", "aria-label": say("value") }));
    box.addEventListener("lookup:chosen", ({ detail }) => {
      if (detail.label) field.labels = { ...field.labels, [detail.value]: detail.label };
      set(all("[data-chip] input", box).map((input) => input.value));
    });
    box.addEventListener("change", (event) => event.stopPropagation());
    return box;
  }

  lookup(field, value, set) {
    const id = uid("condition-lookup");
    const box = make("div", { class: "lookup", "data-lookup": true, "data-url": field.url },
      make("input", { type: "hidden", value: value ?? "" }),
      make("input", { class: "form-control form-control-sm", id, "data-lookup-text": true, "data-spot": "value", "aria-label": say("value"), value: field.labels?.[value] ?? value ?? "" }));
    box.addEventListener("lookup:chosen", ({ detail }) => {
      field.labels = { ...field.labels, [detail.value]: detail.label };
      set(detail.value);
    });
    box.addEventListener("change", (event) => event.stopPropagation());
    return box;
  }
}

export default (box) => new Builder(box);
