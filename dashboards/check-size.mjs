/**
 * Measures the JavaScript the big screen loads, gzipped, from Vite's manifest, and fails above the budget.
 * Usage: node dashboards/check-size.mjs   (after `npm run build:dashboards`)
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 400;
const ROUTE = 'src/screen/Screen.tsx';
const dist = new URL('./dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

/** A chunk and everything it imports statically; dynamic imports load only when their route opens. */
function collect(key, seen) {
  const chunk = manifest[key];
  if (!chunk)
    throw new Error(`${key} is not in the manifest: build first, or correct ROUTE in check-size.mjs.`);
  if (seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(imported, seen);
}

const files = new Set();
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
collect(entry, files);
collect(ROUTE, files);
let total = 0;
for (const file of files) {
  if (!file.endsWith('.js')) continue;
  const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += bytes;
  console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${file}`);
}
console.log(
  `${(total / 1000).toFixed(1).padStart(8)} kB  big screen, JavaScript, gzip (budget ${BUDGET_KB} kB)`,
);
if (total > BUDGET_KB * 1000) process.exit(1);
