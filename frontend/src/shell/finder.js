// What the command palette finds: pages and acts in the frame itself, records are asked from the server.
import "../css/finder.css";
import { all, debounce, find, icon, make } from "../core/dom.js";
import { getJson } from "../core/send.js";
import { prefer } from "./preferences.js";
import { say } from "../core/words.js";

const MOST = 8;
let asked = 0;

function links(selector, group) {
  return all(selector).map((link) => ({ group, title: link.textContent.trim(), icon: find("use", link)?.href.baseVal.split("#")[1], url: link.href, run: link.hasAttribute("hx-get") ? () => link.click() : null }));
}

function commands() {
  const acts = all("#page-head .page-actions :is(a, button):not(:disabled):not([aria-disabled=true])").filter((act) => act.textContent.trim() && !act.closest(".dropdown-menu"));
  const themes = ["light", "dark", "auto"].map((theme) => ({ group: "actions", title: say(`theme_${theme}`), icon: theme === "dark" ? "moon" : "sun", run: () => prefer("theme", theme) }));
  return [
    ...acts.map((act) => ({ group: "actions", title: act.textContent.trim(), icon: "bolt", run: () => act.click() })),
    ...links("#nav a.nav-link", "go_to"),
    ...links("[data-create-menu] + .dropdown-menu a", "create"),
    ...themes,
  ];
}

function matching(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (entry) => words.every((word) => `${say(entry.group)} ${entry.title}`.toLowerCase().includes(word));
  return commands().filter(fits);
}

function option(entry, index) {
  const line = make("a", { class: "palette-option", role: "option", id: `palette-${index}`, href: entry.url ?? "#", tabindex: "-1", "aria-selected": "false" },
    icon(entry.icon || "chevron-right"), make("span", { class: "palette-title" }, entry.title), entry.hint ? make("span", { class: "palette-hint" }, entry.hint) : null);
  if (entry.run) {
    line.addEventListener("click", (event) => {
      event.preventDefault();
      find("#palette").close();
      entry.run();
    });
  }
  return line;
}

function draw(entries) {
  const list = find("#palette-list");
  list.replaceChildren();
  let group = "";
  entries.forEach((entry, index) => {
    const title = entry.group_title ?? say(entry.group);
    if (title !== group) list.append(make("div", { class: "palette-group", role: "presentation" }, (group = title)));
    list.append(option(entry, index));
  });
  if (!entries.length) list.append(make("p", { class: "palette-empty" }, say("no_results")));
  select(0);
}

function select(index) {
  const options = all(".palette-option");
  const chosen = options[(index + options.length) % (options.length || 1)];
  options.forEach((line) => line.setAttribute("aria-selected", String(line === chosen)));
  chosen?.scrollIntoView({ block: "nearest" });
  const input = find(".palette-input");
  if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
  else input.removeAttribute("aria-activedescendant");
}

const current = () => all(".palette-option").findIndex((line) => line.getAttribute("aria-selected") === "true");

/** The server answers {results: [{group, title, hint, url, icon}], all: url}. */
async function records(text) {
  const url = find("#palette").dataset.url;
  if (!url || text.trim().length < 1) return;
  const mine = (asked += 1);
  const answer = await getJson(`${url}?${new URLSearchParams({ q: text, as: "json" })}`).catch(() => null);
  if (!answer || mine !== asked || find(".palette-input").value !== text) return;
  const found = answer.results.map((entry) => ({ ...entry, group_title: entry.group || say("records"), group: "records" }));
  const more = answer.all ? [{ group: "records", title: say("all_results", { text }), icon: "search", url: answer.all }] : [];
  draw([...found, ...matching(text).slice(0, MOST), ...more]);
}

const askRecords = debounce(records, 140);

function press(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    select(current() + step);
  }
  if (event.key === "Escape" && !event.isComposing) {
    event.preventDefault();
    find("#palette").close();
  }
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  const chosen = all(".palette-option")[current()];
  if (chosen && (event.ctrlKey || event.metaKey) && chosen.getAttribute("href") !== "#") open(chosen.href);
  else chosen?.click();
}

/** Wired when the palette is first opened; what was typed until then counts. */
export function startFinder() {
  const input = find(".palette-input");
  const type = () => {
    draw(matching(input.value).slice(0, input.value ? MOST : 40));
    askRecords(input.value);
  };
  input.addEventListener("input", type);
  input.addEventListener("keydown", press);
  find("#palette").addEventListener("tonglu:opened", type);
  type();
}
