import { timingSafeEqual } from 'node:crypto';
import express, { type Request, Router } from 'express';
import { AppError } from '../domain/errors.ts';
import type { Platform } from '../warehouse/platform.ts';
import { isOperationName, performOperation } from './operations/index.ts';
import { asAppError, problemOf } from './problem.ts';

/**
 * What other `anju` commands ask of the process that owns the home: `POST /internal/<operation>`, answered in lines of
 * JSON: progress while it works, then a result or an error. Only with the token of owner.json, only from this machine.
 */
export function internal(platform: Platform): Router {
  const router = Router();
  router.use((request, _response, next) => {
    if (!isLoopback(request) || !hasOwnerToken(platform, request))
      throw new AppError('forbidden', 'This address is for the anju command on this machine.');
    next();
  });
  router.post('/:name', express.json({ limit: '1mb' }), async (request, response) => {
    const { name } = request.params;
    if (!isOperationName(name)) throw new AppError('not_found', `There is no operation ${name}.`);
    const stop = new AbortController();
    response.once('close', () => stop.abort());
    response.type('application/x-ndjson');
    const write = (line: object) => void response.write(`${JSON.stringify(line)}\n`);
    try {
      write({
        result: await performOperation(platform, name, request.body, {
          onProgress: (progress) => write({ progress }),
          signal: stop.signal,
        }),
      });
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error.code === 'bug') platform.log.error({ err: thrown }, `operation ${name}`);
      const { code, detail, where, fix } = problemOf(error);
      write({ error: { code, detail, where, fix } });
    }
    response.end();
  });
  return router;
}

const isLoopback = (request: Request): boolean =>
  ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '');

function hasOwnerToken(platform: Platform, request: Request): boolean {
  const given = Buffer.from(request.get('authorization') ?? '');
  const expected = Buffer.from(`Bearer ${platform.lock.owner.token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
