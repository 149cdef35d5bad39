import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const api = `http://127.0.0.1:${process.env['ANJU_PORT'] ?? '8080'}`;

/** Every browser we support reads woff2: leaving the older woff copies out halves the built directory. */
function woff2Only(): Plugin {
  return {
    name: 'anju-woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!/@fontsource[^?]*\.css/.test(id)) return null;
      return { code: code.replace(/,\s*url\([^)]*\.woff\) format\('woff'\)/g, ''), map: null };
    },
  };
}

const settings: UserConfig = {
  root,
  plugins: [react(), woff2Only()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // The served policy has no `data:` for fonts and scripts, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': api, '/healthz': api, '/openapi.json': api, '/docs': api } },
};

export default defineConfig(({ command }) => {
  // A build is for production whatever the shell says: under NODE_ENV=test React would ship its development half.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return settings;
});
