/**
 * An endpoint is data: method, path, right, schemas, handler. Express's route, the check of the request, the check of
 * rights and the page of OpenAPI all come from the one definition, so they cannot disagree.
 */
import type { Express, Request, Response } from 'express';
import type { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import type { Platform } from '../warehouse/platform.ts';
import { audit } from './audit.ts';
import { type Right, hasRight } from './auth/rights.ts';
import type { Identity } from './auth/sessions.ts';
import { type IdentityOf, identityOf } from './auth/middleware.ts';

/** What a handler gets: the checked request and who asks. `identity` is null only on public endpoints. */
export interface Call<P, Q, B> {
  platform: Platform;
  identity: Identity;
  params: P;
  query: Q;
  body: B;
  request: Request;
  response: Response;
}

export interface Endpoint<P = unknown, Q = unknown, B = unknown, R = unknown> {
  method: 'get' | 'post' | 'put' | 'delete';
  /** Express path, `/api/contracts/:no`. */
  path: string;
  summary: string;
  /** Which folder of the API page it stands in. */
  tag: string;
  /** `public` needs no session; `session` any signed-in person. */
  right: Right | 'public' | 'session';
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /** Media type of a body the handler takes as a stream (`upload.ts`); `body` is for JSON. */
  upload?: 'application/zip';
  /** Schema of the answer; absent for streams, which write the response themselves and return undefined. */
  answer?: z.ZodType<R>;
  handler: (call: Call<P, Q, B>) => Promise<R | undefined>;
}

/** Fixes the types of an endpoint at its place of writing. */
export const endpoint = <P, Q, B, R>(definition: Endpoint<P, Q, B, R>): Endpoint =>
  definition as unknown as Endpoint;

const NOBODY: Identity = { user: '', name: '', role: 'leader', scopeDivision: '' };

/** Adds the endpoints to an application, in order. */
export function mount(app: Express, platform: Platform, endpoints: readonly Endpoint[]): void {
  const whose = identityOf(platform.store);
  for (const one of endpoints) {
    app[one.method](one.path, async (request, response) => {
      const identity = one.right === 'public' ? NOBODY : await allowed(platform, whose, one.right, request);
      const params = one.params ? one.params.parse(request.params) : undefined;
      const query = one.query ? one.query.parse(request.query) : undefined;
      const body = one.body ? one.body.parse(request.body) : undefined;
      const answer = await one.handler({ platform, identity, params, query, body, request, response });
      if (answer !== undefined) response.json(answer);
      else if (!response.headersSent) response.status(204).end();
    });
  }
}

/** The person behind a request, or the reason why not. Refusals of signed-in people are audited. */
async function allowed(
  platform: Platform,
  whose: IdentityOf,
  right: Right | 'session',
  request: Request,
): Promise<Identity> {
  const identity = await whose(request);
  if (identity === undefined)
    throw new AppError('unauthenticated', 'Nobody is signed in.', { fix: 'Sign in first.' });
  if (right !== 'session' && !hasRight(identity.role, right)) {
    await audit(platform.store, {
      user: identity.user,
      action: 'right',
      object: right,
      outcome: 'refused',
      address: request.ip,
      detail: { path: request.path },
    });
    throw new AppError('forbidden', `The role ${identity.role} may not do this (${right}).`, {
      fix: 'Ask an administrator for another role.',
    });
  }
  return identity;
}
