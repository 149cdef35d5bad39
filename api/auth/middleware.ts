import type { CookieOptions, Request, RequestHandler } from 'express';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { gathered } from '../gathered.ts';
import { type Identity, SESSION_LONGEST_MS, hashToken, identify } from './sessions.ts';

export const SESSION_COOKIE = 'anju_session';

/** Strict and HttpOnly: no script reads it and no other site sends it. Secure wherever the request came over TLS. */
export const sessionCookie = (request: Request): CookieOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  secure: request.secure,
  path: '/',
  maxAge: SESSION_LONGEST_MS,
});

/** The session token of a request: from the header for scripts, from the cookie for the screens. */
export function tokenOf(request: Request): string | null {
  const header = request.get('authorization');
  if (header?.startsWith('Bearer ')) return header.slice('Bearer '.length);
  for (const pair of (request.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === SESSION_COOKIE) return pair.slice(at + 1).trim();
  }
  return null;
}

/** Whom a request is from; undefined for nobody. */
export type IdentityOf = (request: Request) => Promise<Identity | undefined>;

/** Read anew for each request, for those who come together in one statement. */
export function identityOf(store: OperationalStore): IdentityOf {
  const whose = gathered((hashes) => identify(store, hashes));
  return async (request) => {
    const token = tokenOf(request);
    return token === null ? undefined : whose(hashToken(token));
  };
}

/** No form of another site can send this header, so a request that changes something must carry it. */
export const requireRequestHeader: RequestHandler = (request, _response, next) => {
  const changes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (changes && request.get('x-anju-request') !== '1') {
    throw new AppError('forbidden', 'The header X-Anju-Request: 1 is missing.', {
      fix: 'Send it with every request that changes something.',
    });
  }
  next();
};
