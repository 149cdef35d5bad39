import type { Selectable } from 'kysely';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Database } from '../../warehouse/operational/tables.ts';
import { audit } from '../audit.ts';
import { generatePassword, hashPassword } from '../auth/password.ts';
import { endSessions } from '../auth/sessions.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';

const role = z.enum(['leader', 'analyst', 'staff', 'auditor', 'administrator']);
const userName = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,63}$/, 'lower-case letters, digits, dots and dashes; a letter first');
const division = z
  .string()
  .regex(/^(\d{6}|\d{9}|\d{12})?$/, 'a division code of 6, 9 or 12 digits, or empty');
const user = z.object({
  user: userName,
  name: z.string(),
  role,
  scopeDivision: z.string(),
  isActive: z.boolean(),
});
const withPassword = user.extend({ password: z.string().describe('generated; shown only in this answer') });

const userOf = (row: Selectable<Database['app_user']>): z.input<typeof user> => ({
  user: row.user_name,
  name: row.display_name,
  role: row.role,
  scopeDivision: row.scope_division,
  isActive: row.is_active,
});

/** Users, for administrators. Passwords are generated here and changed by their owners. */
export const userEndpoints: Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/users',
    summary: 'All users',
    tag: 'users',
    right: 'users:manage',
    answer: z.object({ users: z.array(user) }),
    handler: async ({ platform }) => {
      const rows = await platform.store.db.selectFrom('app_user').selectAll().orderBy('user_name').execute();
      return {
        users: rows.map(userOf),
      };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/users',
    summary: 'Add a user; the answer has the generated password',
    tag: 'users',
    right: 'users:manage',
    body: z.object({
      user: userName,
      name: z.string().min(1).max(64),
      role,
      scopeDivision: division.default(''),
    }),
    answer: withPassword,
    handler: async ({ platform, identity, body, request }) => {
      const password = generatePassword();
      const added = await platform.store.db
        .insertInto('app_user')
        .values({
          user_name: body.user,
          display_name: body.name,
          role: body.role,
          scope_division: body.scopeDivision,
          password_hash: await hashPassword(password),
        })
        .onConflict((conflict) => conflict.column('user_name').doNothing())
        .returning('user_name')
        .executeTakeFirst();
      if (added === undefined)
        throw new AppError('conflict', `The user ${body.user} exists already.`, { where: { field: 'user' } });
      await audit(platform.store, {
        user: identity.user,
        action: 'user-add',
        object: body.user,
        address: request.ip,
        detail: { role: body.role },
      });
      return { ...body, isActive: true, password };
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/users/:user',
    summary: 'Change role, scope or activity of a user; ends their sessions',
    tag: 'users',
    right: 'users:manage',
    params: z.object({ user: userName }),
    body: z.object({ role, scopeDivision: division, isActive: z.boolean() }),
    answer: user,
    handler: async ({ platform, identity, params, body, request }) => {
      if (params.user === identity.user)
        throw new AppError('forbidden', 'Nobody changes their own rights.', {
          fix: 'Ask another administrator.',
        });
      const row = await platform.store.db
        .updateTable('app_user')
        .set({ role: body.role, scope_division: body.scopeDivision, is_active: body.isActive })
        .where('user_name', '=', params.user)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new AppError('not_found', `There is no user ${params.user}.`);
      await endSessions(platform.store, params.user);
      await audit(platform.store, {
        user: identity.user,
        action: 'user-change',
        object: params.user,
        address: request.ip,
        detail: body,
      });
      return userOf(row);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/users/:user/password',
    summary: 'Give a user a new generated password; ends their sessions and unlocks them',
    tag: 'users',
    right: 'users:manage',
    params: z.object({ user: userName }),
    answer: z.object({ user: z.string(), password: z.string() }),
    handler: async ({ platform, identity, params, request }) => {
      const password = generatePassword();
      const row = await platform.store.db
        .updateTable('app_user')
        .set({
          password_hash: await hashPassword(password),
          password_changed_at: new Date(),
          failed_attempts: 0,
          locked_until: null,
        })
        .where('user_name', '=', params.user)
        .returning('user_name')
        .executeTakeFirst();
      if (row === undefined) throw new AppError('not_found', `There is no user ${params.user}.`);
      await endSessions(platform.store, params.user);
      await audit(platform.store, {
        user: identity.user,
        action: 'password-reset',
        object: params.user,
        address: request.ip,
      });
      return { user: params.user, password };
    },
  }),
];
