// Bundles src/ into the package's static folder: hashed names, a manifest, one lazy chunk per heavy island.
import { defineConfig } from "vite";
import path from "node:path";
import { dist, here } from "./paths.mjs";

export default defineConfig({
  root: here,
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
      input: { app: path.join(here, "src/app.js"), boot: path.join(here, "src/boot.js") },
      output: {
        entryFileNames: "[name]-[hash:8].js",
        chunkFileNames: "[name]-[hash:8].js",
        assetFileNames: "[name]-[hash:8][extname]",
      },
    },
  },
});
