// Tabler without the rules that nothing here uses. What counts as a use: in a template a tag, the name of an attribute, a word of
// `class="…"` or of text given to a template tag; in Python a word of a text that speaks of a class, and every word with a hyphen;
// in a script a word of a text. Sentences do not count: "steps" and "signature" are words that people read, too.
// Names that are put together when a page is drawn, and those that Bootstrap's scripts set, are named below. The build watches
// templates and declarations, so a class that a template names for the first time is there after the next `make setup`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PurgeCSS } from "purgecss";
import { here, scratch, sources } from "./paths.mjs";
import { walk } from "./walk.mjs";

const TONES = "(primary|secondary|success|warning|danger|info)";
// Components of Tabler whose names are words of ours too; whoever needs one takes it out of this list.
const NOT_OURS = /^\.?(steps?|step-item|toast|popover|placeholder|form-floating|valid-(tooltip|feedback)|invalid-tooltip|status(-.*)?|chat|mention|loader|ratio|has-validation|btn-check)$/;
const PUT_TOGETHER = new RegExp(`^(btn|text|alert)-${TONES}$`);
const OF_SCRIPTS = /^(show|fade|active|disabled|collaps(e|ed|ing)|tooltip.*|bs-tooltip-.*|dropdown-menu-end|modal-(header|body|footer|title))$/;

const words = (text) => text.match(/[A-Za-z][A-Za-z0-9_-]*/g) ?? [];
const wordsOf = (text, ...patterns) => patterns.flatMap((pattern) => [...text.matchAll(pattern)].flatMap((match) => words(match[1])));
const QUOTED = /("[^"\n]*"|'[^'\n]*'|`[^`]*`)/g;
const inTemplate = (text) =>
  wordsOf(text, /\bclass="((?:\{[%{].*?[%}]\}|[^"])*)"/g, /\{%(?!\s*(?:block)?translate)(.*?)%\}/g, /\btype="([^"]*)"/g, /<([a-z][a-z0-9]*)/g, /\s([a-z-]+)=/g, /\s(disabled|checked|hidden|multiple|required)\b/g);
const inPython = (text) => [...wordsOf(text, /(.*class.*)/g), ...words(text).filter((word) => word.includes("-"))];
const inScript = (text) => wordsOf(text, QUOTED);

const source = path.join(here, "node_modules/@tabler/core/dist/css/tabler.min.css");
const own = walk(path.join(here, "src"), [".css", ".js"]).map((file) => readFileSync(file, "utf8")).join("\n");
const spoken = [...new Set(own.match(/--tblr-[a-z0-9-]+/g))];
const [result] = await new PurgeCSS().purge({
  content: [`${sources}/**/*.html`, `${sources}/**/*.py`, `${here}/src/**/*.js`],
  extractors: [
    { extractor: inTemplate, extensions: ["html"] },
    { extractor: inPython, extensions: ["py"] },
    { extractor: inScript, extensions: ["js"] },
  ],
  css: [{ raw: readFileSync(source, "utf8") }],
  blocklist: [NOT_OURS],
  safelist: { standard: [PUT_TOGETHER, OF_SCRIPTS], variables: spoken },
  variables: true,
});
mkdirSync(scratch, { recursive: true });
writeFileSync(path.join(scratch, "tabler.css"), result.css);
