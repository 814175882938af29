// The licences of everything the bundle carries, in one file beside it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dist, here } from "./paths.mjs";

const lock = JSON.parse(readFileSync(path.join(here, "package-lock.json"), "utf8"));
const carried = Object.entries(lock.packages).filter(([folder, entry]) => folder && !entry.dev && !entry.optional);

function licence(folder) {
  const full = path.join(here, folder);
  const file = existsSync(full) && readdirSync(full).find((name) => /^licen[cs]e/i.test(name));
  return file ? readFileSync(path.join(full, file), "utf8").trim() : "";
}

const texts = carried.map(([folder, { version, license }]) => `${folder.replace(/^.*node_modules\//, "")} ${version} (${license})\n\n${licence(folder)}`);
writeFileSync(path.join(dist, "licenses.txt"), texts.join(`\n\n${"-".repeat(80)}\n\n`) + "\n");
console.log(`licenses: ${texts.length} packages`);
