// Bundles src/ into the package's static folder: hashed names, a manifest, one lazy chunk per heavy island.
import { defineConfig } from "vite";
import path from "node:path";
import { dist, here } from "./paths.mjs";

// htmx holds a direct eval, which pages never allow (htmx-config) and which keeps the minifier from shortening any name beside it.
const withoutEval = {
  name: "without-eval",
  transform: (code, id) => (id.endsWith("/htmx.esm.js") ? code.replace(/return eval\((\w+)\)/, "throw new Error($1)") : null),
};

export default defineConfig({
  root: here,
  plugins: [withoutEval],
  base: "./",
  publicDir: false,
  build: {
    outDir: dist,
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    // Tabler relies on light-dark(); an older CSS target would lower it and break dark parts in light pages.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      // Beside what every page needs, the styles that only some pages link ({% styles "board" %}).
      input: {
        app: path.join(here, "src/app.js"),
        boot: path.join(here, "src/boot.js"),
        course: path.join(here, "src/css/course.css"),
        board: path.join(here, "src/css/board.css"),
        entrance: path.join(here, "src/css/entrance.css"),
        lines: path.join(here, "src/css/lines.css"),
        composer: path.join(here, "src/css/composer.css"),
        desks: path.join(here, "src/css/desks.css"),
      },
      output: {
        entryFileNames: "[name]-[hash:8].js",
        chunkFileNames: "[name]-[hash:8].js",
        assetFileNames: "[name]-[hash:8][extname]",
        // What every page loads beside its entry, in one file: each costs its headers.
        advancedChunks: { groups: [{ name: "core", test: /src\/core\/(dom|words)\.js$/ }] },
      },
    },
  },
});
