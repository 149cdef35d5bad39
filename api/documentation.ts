import { createRequire } from 'node:module';
import path from 'node:path';
import express, { Router } from 'express';
import type { Endpoint } from './endpoint.ts';
import { openApi } from './openapi.ts';
import { version } from './version.ts';

const swaggerFolder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Anju 安居 API</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

/** "Try it out" sends what the API demands of requests that change something. */
const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null,
  requestInterceptor: (request) => { request.headers['X-Anju-Request'] = '1'; return request; },
});
`;

/** `/openapi.json` for programs, `/docs` for people; everything from this machine. */
export function documentation(endpoints: readonly Endpoint[]): Router {
  const router = Router();
  const contract = JSON.stringify(openApi(endpoints, version));
  router.get('/openapi.json', (_request, response) => void response.type('application/json').send(contract));
  router.get('/docs', (_request, response) => void response.type('html').send(PAGE));
  router.get('/docs/start.js', (_request, response) => void response.type('text/javascript').send(START));
  router.use('/docs', express.static(swaggerFolder, { index: false, maxAge: '1d' }));
  return router;
}
