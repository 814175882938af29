// The sentences scripts say, in the language of the page.
import { json } from "./dom.js";

let table;

/** `say("selected", {n: 3})` */
export function say(key, values = {}) {
  table ??= json("words", {});
  return (table[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
