// Files: dropped, pasted or chosen; each is posted to data-url with its own progress; the answer joins data-target.
import { all, find, make } from "../core/dom.js";
import { token } from "../core/send.js";
import { toast } from "../core/toasts.js";
import { say } from "../core/words.js";

function sentence(request, file) {
  const type = request.getResponseHeader("Content-Type") ?? "";
  if (type.includes("json")) {
    const answer = JSON.parse(request.responseText);
    return answer.message ?? answer.detail ?? say("file_failed", { name: file.name });
  }
  return say("file_failed", { name: file.name });
}

function upload(zone, file) {
  const bar = make("span");
  const line = make("div", { class: "upload-line", role: "status" }, make("span", { class: "upload-name" }, file.name), make("div", { class: "meter" }, bar));
  zone.append(line);
  const body = new FormData();
  body.append(zone.dataset.name ?? "file", file);
  const request = new XMLHttpRequest();
  request.open("POST", zone.dataset.url);
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", ({ loaded, total }) => (bar.style.width = `${(loaded / total) * 100}%`));
  request.addEventListener("loadend", () => {
    line.remove();
    if (request.status >= 200 && request.status < 300) arrive(zone, request);
    else toast({ text: request.status ? sentence(request, file) : say("network"), level: "error" });
    if (!find(".upload-line", zone)) tell(zone);
  });
  request.send(body);
}

/** What the answers announce, as HX-Trigger: once all files are through, for the panel that hears it replaces this place. */
function tell(zone) {
  const heard = zone.heard ?? {};
  zone.heard = {};
  for (const [name, detail] of Object.entries(heard)) document.body.dispatchEvent(new CustomEvent(name, { detail }));
}

function arrive(zone, request) {
  zone.heard = { ...zone.heard, ...JSON.parse(request.getResponseHeader("HX-Trigger") ?? "{}") };
  const target = zone.dataset.target && find(zone.dataset.target);
  if (target) window.htmx.swap(target, request.responseText, { swapStyle: zone.dataset.swap ?? "afterbegin" });
  zone.dispatchEvent(new CustomEvent("tonglu:uploaded", { bubbles: true, detail: { text: request.responseText } }));
}

export function startDropzone(zone) {
  const input = find("input[type=file]", zone);
  const take = (files) => [...files].forEach((file) => upload(zone, file));
  if (zone.dataset.url) {
    input.addEventListener("change", () => {
      take(input.files);
      input.value = "";
    });
  } else input.addEventListener("change", () => name(zone, input.files));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (zone.dataset.url) take(event.dataTransfer.files);
    else {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

/** Without data-url the file travels with the form: show what was chosen. */
function name(zone, files) {
  all(".upload-line", zone).forEach((line) => line.remove());
  [...files].forEach((file) => zone.append(make("div", { class: "upload-line" }, make("span", { class: "upload-name" }, file.name))));
}
