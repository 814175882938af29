// What a lookup asks its address: the text or the chosen record, and the values of the fields that its answer depends on.
import { find } from "./dom.js";

/** The value of the field of that name in the lookup's own line, else in its form. */
function given(box, name) {
  const beside = box.closest("[data-line]");
  return ((beside && find(`[name$="-${name}"]`, beside)) ?? box.closest("form")?.elements[name])?.value ?? "";
}

/** The values of the fields that this lookup's answer depends on, as far as they are filled. */
export function lookupGiven(box) {
  const depends = (box.dataset.depends ?? "").split(" ").filter(Boolean);
  return depends.map((name) => [name, given(box, name)]).filter(([, value]) => value !== "");
}

/** The answer, or null when the server cannot be reached. */
export function lookupAsk(box, asked) {
  const url = new URL(box.dataset.url, location.href);
  for (const [name, value] of [...lookupGiven(box), ...Object.entries(asked)]) url.searchParams.set(name, value);
  return fetch(url, { headers: { Accept: "application/json, text/html", "HX-Request": "true" } }).catch(() => null);
}
