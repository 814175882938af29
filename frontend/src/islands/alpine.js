// Alpine, in the build that needs no eval, for small local state in a page (x-data).
import Alpine from "@alpinejs/csp";

let started = false;

export default function start() {
  if (started) return;
  started = true;
  window.Alpine = Alpine;
  Alpine.start();
}
