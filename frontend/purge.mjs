// Tabler without the rules that nothing here uses. What counts as a use: a word of a template, of a Python source, of a script.
// Names that are put together when a page is drawn, and those that Bootstrap's scripts set, are named below. The build watches
// templates and declarations, so a class that a template names for the first time is there after the next `make setup`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PurgeCSS } from "purgecss";
import { here, scratch, sources } from "./paths.mjs";
import { walk } from "./walk.mjs";

const TONES = "(primary|secondary|success|warning|danger|info)";
const PUT_TOGETHER = new RegExp(`^(btn|text|alert|badge|bg|status)-${TONES}$`);
const OF_SCRIPTS = /^(show|fade|active|disabled|collaps(e|ed|ing)|tooltip.*|bs-tooltip-.*|dropdown-menu-end|modal-(header|body|footer|title))$/;

const source = path.join(here, "node_modules/@tabler/core/dist/css/tabler.min.css");
const own = walk(path.join(here, "src"), [".css", ".js"]).map((file) => readFileSync(file, "utf8")).join("\n");
const spoken = [...new Set(own.match(/--tblr-[a-z0-9-]+/g))];
const [result] = await new PurgeCSS().purge({
  content: [`${sources}/**/*.html`, `${sources}/**/*.py`, `${here}/src/**/*.js`],
  css: [{ raw: readFileSync(source, "utf8") }],
  safelist: { standard: [PUT_TOGETHER, OF_SCRIPTS], variables: spoken },
  variables: true,
});
mkdirSync(scratch, { recursive: true });
writeFileSync(path.join(scratch, "tabler.css"), result.css);
