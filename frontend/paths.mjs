// Where the build reads and writes; every build step takes its folders from here.
import { fileURLToPath } from "node:url";
import path from "node:path";

export const here = path.dirname(fileURLToPath(import.meta.url));
export const project = path.resolve(here, "..");
export const sources = path.join(project, "src", "tonglu");
export const dist = path.join(sources, "static", "dist");
export const scratch = path.join(here, ".build");
