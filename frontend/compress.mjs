// Brotli and gzip twins beside every asset, so that the server never compresses at request time.
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { dist } from "./paths.mjs";
import { walk } from "./walk.mjs";

const SMALLEST = 256;

for (const file of walk(dist, [".js", ".css", ".svg"])) {
  const content = readFileSync(file);
  if (content.length < SMALLEST) continue;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
}
