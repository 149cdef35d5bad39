import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { audit } from '../audit.ts';
import { SESSION_COOKIE, sessionCookie, tokenOf } from '../auth/middleware.ts';
import { checkPasswordStrength, hashPassword, verifyPassword } from '../auth/password.ts';
import { createRateLimit } from '../auth/rate-limit.ts';
import { rights, rightsOfRole } from '../auth/rights.ts';
import { type Identity, endSessions, signIn, signOut } from '../auth/sessions.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';

const me = z.object({
  user: z.string(),
  name: z.string(),
  role: z.enum(['leader', 'analyst', 'staff', 'auditor', 'administrator']),
  rights: z.array(z.enum(rights)),
  scopeDivision: z.string(),
});
const describe = (identity: Identity) => ({ ...identity, rights: [...rightsOfRole(identity.role)] });

const password = z.string().min(1).max(256);

/** Sign-in, sign-out, who am I, change of password. */
export function sessionEndpoints(): Endpoint[] {
  const signIns = createRateLimit({ tries: 20, windowMs: 60_000 });
  return [
    endpoint({
      method: 'post',
      path: '/api/sign-in',
      summary: 'Open a session; sets the cookie and returns the token for scripts',
      tag: 'session',
      right: 'public',
      body: z.object({ user: z.string().min(1).max(64), password }),
      answer: me.extend({ token: z.string() }),
      handler: async ({ platform, body, request, response }) => {
        signIns.take(request.ip ?? '');
        try {
          const { token, identity } = await signIn(platform.store, body.user, body.password);
          await audit(platform.store, { user: identity.user, action: 'sign-in', address: request.ip });
          response.cookie(SESSION_COOKIE, token, sessionCookie(request));
          return { ...describe(identity), token };
        } catch (error) {
          await audit(platform.store, {
            user: body.user,
            action: 'sign-in',
            outcome: 'refused',
            address: request.ip,
          });
          throw error;
        }
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/sign-out',
      summary: 'End the session',
      tag: 'session',
      right: 'session',
      handler: async ({ platform, identity, request, response }) => {
        await signOut(platform.store, tokenOf(request) ?? '');
        await audit(platform.store, { user: identity.user, action: 'sign-out', address: request.ip });
        response.clearCookie(SESSION_COOKIE, { path: '/' });
        return undefined;
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/me',
      summary: 'Who is signed in, and what they may do',
      tag: 'session',
      right: 'session',
      answer: me,
      handler: async ({ identity }) => describe(identity),
    }),
    endpoint({
      method: 'post',
      path: '/api/me/password',
      summary: 'Change one’s own password; ends all sessions of the user',
      tag: 'session',
      right: 'session',
      body: z.object({ current: password, next: password }),
      handler: async ({ platform, identity, body, request }) => {
        const user = await platform.store.db
          .selectFrom('app_user')
          .select('password_hash')
          .where('user_name', '=', identity.user)
          .executeTakeFirstOrThrow();
        if (!(await verifyPassword(body.current, user.password_hash)))
          throw new AppError('unauthenticated', 'The current password is wrong.');
        checkPasswordStrength(body.next, identity.user);
        await platform.store.db
          .updateTable('app_user')
          .set({ password_hash: await hashPassword(body.next), password_changed_at: new Date() })
          .where('user_name', '=', identity.user)
          .execute();
        await endSessions(platform.store, identity.user);
        await audit(platform.store, { user: identity.user, action: 'password-change', address: request.ip });
        return undefined;
      },
    }),
  ];
}
