// Tabler without the rules that no page, no Python source and no island can ever use.
// Utility and component families that page authors reach for are kept whole, so that writing
// `text-danger` in a new template never needs a rebuild.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PurgeCSS } from "purgecss";
import { here, scratch, sources } from "./paths.mjs";

const FAMILIES = [
  "accordion", "active", "align", "alert", "avatar", "badge", "bg", "border", "breadcrumb", "btn", "card", "clearfix",
  "col", "collaps", "container", "d", "datagrid", "disabled", "display", "divide", "dropdown", "empty", "end", "fade", "flex",
  "float", "font", "form", "fs", "fst", "fw", "g", "gap", "gx", "gy", "h", "hr", "icon", "input", "invalid", "is", "justify",
  "kbd", "lead", "lh", "link", "list", "m", "mb", "me", "ms", "mt", "mx", "my", "markdown", "modal", "nav", "object", "offset",
  "opacity", "order", "overflow", "p", "page", "pagination", "pb", "pe", "placeholder", "pointer", "position", "progress",
  "ps", "pt", "px", "py", "ratio", "rounded", "row", "shadow", "show", "small", "space", "spinner", "start", "status", "step",
  "steps", "sticky", "strong", "subheader", "switch", "tab", "table", "tag", "text", "timeline", "toast", "tooltip", "top",
  "tracking", "translate", "user", "valid", "vh", "visible", "visually", "vr", "w", "was", "z",
];
const KEPT = new RegExp(`^(${FAMILIES.join("|")})(-|$)`);
// Colours the product does not speak in, and brands; a page that names one all the same gets it, because content counts first.
const DROPPED = /(^(bg-(pattern|gradient)|form-(imagecheck|colorinput|floating|selectgroup|range)|card-gradient|modal-fullscreen|link-underline|row-cols|table-mobile|btn-ghost|nav-segmented|text-bg|divide)|-(xl|xxl|print))(-|$)|-(azure|indigo|purple|pink|orange|lime|teal|cyan|facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|x)(-|$)/;

const source = path.join(here, "node_modules/@tabler/core/dist/css/tabler.min.css");
const [result] = await new PurgeCSS().purge({
  content: [`${sources}/**/*.html`, `${sources}/**/*.py`, `${here}/src/**/*.js`],
  css: [{ raw: readFileSync(source, "utf8") }],
  safelist: { standard: [{ test: (name) => KEPT.test(name) && !DROPPED.test(name) }], variables: [/./] },
});
mkdirSync(scratch, { recursive: true });
writeFileSync(path.join(scratch, "tabler.css"), result.css);
