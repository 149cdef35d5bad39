import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';

const dist = fileURLToPath(new URL('../dashboards/dist', import.meta.url));

/** The built web app: hashed assets for ever, the page for every other path, so that a screen's address can be shared. */
export function screens(): Router {
  const router = Router();
  router.use(
    '/assets',
    express.static(`${dist}/assets`, { immutable: true, maxAge: '1y', fallthrough: false }),
  );
  router.use(express.static(dist, { index: false, maxAge: '1h' }));
  router.get('/{*path}', (_request, response) => {
    if (!existsSync(`${dist}/index.html`)) {
      response
        .status(503)
        .type('text/plain')
        .send('The screens are not built. Run npm start, or npm run build:dashboards.\n');
      return;
    }
    response.setHeader('cache-control', 'no-cache');
    response.sendFile('index.html', { root: dist });
  });
  return router;
}
