// What htmx requests show: a progress line, an offline notice, and a sentence for every refusal.
import { find } from "./dom.js";
import { explain } from "./dialogs.js";
import { toast } from "./toasts.js";
import { say } from "./words.js";

const PATIENCE = 150;
let open = 0;
let timer;

function began() {
  open += 1;
  timer ??= setTimeout(() => find("#progress").classList.add("is-busy"), PATIENCE);
}

function ended() {
  open = Math.max(0, open - 1);
  if (open) return;
  clearTimeout(timer);
  timer = undefined;
  find("#progress").classList.remove("is-busy");
}

const isFragment = (xhr) => (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html") && !/<html/i.test(xhr.responseText);

/** A refused request: the server's own explanation when it sent one, else a plain sentence. */
export function refuse(status, type, text, htmx) {
  if (type.startsWith("text/html") && text && !/<html/i.test(text)) return explain(text, htmx);
  if (type.includes("json")) return toast({ text: sentence(JSON.parse(text)), level: "error" });
  const plain = { 401: "signed_out", 429: "too_many" }[status] ?? "failed";
  return toast({ text: say(plain), level: "error" });
}

function sentence(answer) {
  return [answer.message ?? answer.detail ?? say("failed"), answer.next_step].filter(Boolean).join(" ");
}

export function wireRequests(htmx) {
  const body = document.body;
  body.addEventListener("htmx:beforeRequest", began);
  body.addEventListener("htmx:afterRequest", ended);
  body.addEventListener("htmx:afterRequest", ({ detail: { elt } }) => elt.removeAttribute("aria-busy"));
  body.addEventListener("htmx:sendError", () => toast({ text: say("network"), level: "error", sticky: false }));
  body.addEventListener("htmx:responseError", ({ detail: { xhr, elt } }) => {
    if (elt.closest("[data-own-refusals]")) return;
    refuse(xhr.status, isFragment(xhr) ? "text/html" : (xhr.getResponseHeader("Content-Type") ?? ""), xhr.responseText, htmx);
  });
  const show = () => (find("#offline").hidden = navigator.onLine);
  addEventListener("offline", show);
  addEventListener("online", () => (show(), toast({ text: say("online"), level: "success" })));
  show();
}
