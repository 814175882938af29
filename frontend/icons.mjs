// Two SVG sprites with only the icons that templates, Python declarations and scripts name, entered in the manifest: the first holds
// what nearly every page shows (`first` of icons.json: navigation, home page, lists) and all that scripts draw, the other the rest.
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

const listed = JSON.parse(readFileSync(path.join(here, "icons.json"), "utf8"));
const named = (files) => files.flatMap((file) => namesIn(readFileSync(file, "utf8")));
const ofScripts = named(walk(path.join(here, "src"), [".js"]));
const ofPages = named(walk(sources, [".html", ".py"]));

function symbol(name) {
  const svg = readFileSync(path.join(OUTLINES, `${name}.svg`), "utf8");
  const shapes = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).replace(/<path stroke="none"[^>]*\/>/, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

const known = (name) => existsSync(path.join(OUTLINES, `${name}.svg`));
const sorted = (names) => [...new Set(names)].sort();
const names = sorted([...listed.first, ...listed.spare, ...ofScripts, ...ofPages]);
names.filter((name) => !known(name)).forEach((name) => console.warn(`icons: no icon is called "${name}"`));
const first = sorted([...listed.first, ...ofScripts]).filter(known);
const rest = names.filter((name) => known(name) && !first.includes(name));

function sprite(kind, members) {
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${members.map(symbol).join("")}</svg>`;
  const file = `${kind}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.svg`;
  writeFileSync(path.join(dist, file), text);
  return file;
}

const manifestPath = path.join(dist, "manifest.json");
const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
manifest["icons.svg"] = { file: sprite("icons", first), names: first };
manifest["icons-more.svg"] = { file: sprite("icons-more", rest) };
writeFileSync(manifestPath, JSON.stringify(manifest, null, 1));
console.log(`icons: ${first.length} in the first sprite, ${rest.length} in the other`);
