// The files below a folder whose names end in one of the given ways, in a stable order.
import { readdirSync } from "node:fs";
import path from "node:path";

const SKIPPED = new Set(["node_modules", "dist", "__pycache__", "migrations", ".build"]);

export function walk(folder, endings) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : walk(full, endings);
      return endings.some((ending) => entry.name.endsWith(ending)) ? [full] : [];
    });
}
