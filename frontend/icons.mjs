// One SVG sprite with only the icons that templates, Python declarations and islands name, entered in the manifest.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dist, here, sources } from "./paths.mjs";
import { walk } from "./walk.mjs";

const OUTLINES = path.join(here, "node_modules/@tabler/icons/icons/outline");
const NAMED = [/\{%-?\s*icon\s+["']([a-z0-9-]+)["']/g, /\bicon["']?\s*[=:(]\s*["']([a-z0-9-]+)["']/g, /\bicon:\s*str\s*=\s*["']([a-z0-9-]+)["']/g];

function namesIn(text) {
  return NAMED.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]));
}

export function iconNames() {
  const files = [...walk(sources, [".html", ".py"]), ...walk(path.join(here, "src"), [".js"])];
  const spare = JSON.parse(readFileSync(path.join(here, "icons.json"), "utf8"));
  return [...new Set([...spare, ...files.flatMap((file) => namesIn(readFileSync(file, "utf8")))])].sort();
}

function symbol(name) {
  const svg = readFileSync(path.join(OUTLINES, `${name}.svg`), "utf8");
  const shapes = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).replace(/<path stroke="none"[^>]*\/>/, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

const known = (name) => existsSync(path.join(OUTLINES, `${name}.svg`));
const names = iconNames();
names.filter((name) => !known(name)).forEach((name) => console.warn(`icons: no icon is called "${name}"`));
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${names.filter(known).map(symbol).join("")}</svg>`;
const file = `icons-${createHash("sha256").update(sprite).digest("hex").slice(0, 8)}.svg`;
writeFileSync(path.join(dist, file), sprite);

const manifestPath = path.join(dist, "manifest.json");
const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
manifest["icons.svg"] = { file };
writeFileSync(manifestPath, JSON.stringify(manifest, null, 1));
console.log(`icons: ${names.length} in ${file}`);
