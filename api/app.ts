import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { AppError } from '../domain/errors.ts';
import type { Platform } from '../warehouse/platform.ts';
import { requireRequestHeader } from './auth/middleware.ts';
import { mount } from './endpoint.ts';
import { documentation } from './documentation.ts';
import { type Services, endpointsOf } from './endpoints.ts';
import { internal } from './internal.ts';
import { errorHandler, sendProblem } from './problem.ts';
import { screens } from './screens.ts';

const MEGABYTE = 1024 * 1024;

/** The whole HTTP surface of a platform (docs/architecture.md §10). `services` are what one process has once: metrics, caches. */
export function createApp(platform: Platform, services: Services): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestNumber, securityHeaders, accessLog(platform));
  app.use('/internal', internal(platform));
  app.use('/api', noStore, express.json({ limit: 4 * MEGABYTE, strict: true }), requireRequestHeader);
  const endpoints = endpointsOf(services);
  mount(app, platform, endpoints);
  app.use(documentation(endpoints));
  app.use('/api', (request, response) =>
    sendProblem(
      response,
      new AppError('not_found', `There is no ${request.method} ${request.originalUrl.split('?')[0]}.`, {
        fix: 'See /docs.',
      }),
    ),
  );
  app.use(screens());
  app.use(errorHandler(platform.log));
  return app;
}

/** Every answer carries the number the log knows it by. */
const requestNumber: RequestHandler = (_request, response, next) => {
  response.setHeader('x-request-id', randomUUID());
  next();
};

/** Own scripts and styles only. No HSTS and no upgrade here: on a plain loopback address they would lock the browser out; the TLS proxy adds them. */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: false,
});

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

/** Path without query: names and numbers of people may stand in a search, and never go into a log. */
const accessLog =
  (platform: Platform): RequestHandler =>
  (request, response, next) => {
    const started = performance.now();
    response.once('close', () => {
      platform.log.info({
        requestId: response.getHeader('x-request-id'),
        method: request.method,
        route: (request.route as { path?: string } | undefined)?.path ?? 'static',
        status: response.statusCode,
        milliseconds: Math.round(performance.now() - started),
        aborted: !response.writableFinished,
      });
    });
    next();
  };
