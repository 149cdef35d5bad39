import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Role } from '../../warehouse/operational/tables/identity.ts';
import { hashPassword, verifyPassword } from './password.ts';

export interface Identity {
  user: string;
  name: string;
  role: Role;
  scopeDivision: string;
}

const MINUTE = 60_000;
export const SESSION_IDLE_MS = 60 * MINUTE;
export const SESSION_LONGEST_MS = 12 * 60 * MINUTE;
const LOCK_AFTER_FAILURES = 5;
const LOCK_MS = 15 * MINUTE;

const hashToken = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Checked when the user does not exist, so that the answer takes as long as for one who does. */
const nobodysHash = hashPassword(randomBytes(16).toString('hex'));

/**
 * Checks a password and opens a session. One message for every failure, so that it does not tell which names exist.
 * After five failures in a row the user is locked for 15 minutes (002:7601).
 */
export async function signIn(
  store: OperationalStore,
  userName: string,
  password: string,
): Promise<{ token: string; identity: Identity }> {
  const refused = new AppError(
    'unauthenticated',
    'The user name or the password is wrong, or the user is locked for a while.',
    { fix: 'Check both; after five failures wait 15 minutes.' },
  );
  const user = await store.db
    .selectFrom('app_user')
    .selectAll()
    .where('user_name', '=', userName)
    .executeTakeFirst();
  const right = await verifyPassword(password, user?.password_hash ?? (await nobodysHash));
  if (user === undefined || !user.is_active) throw refused;
  if (user.locked_until !== null && user.locked_until > new Date()) throw refused;
  if (!right) {
    await countFailure(store, userName);
    throw refused;
  }
  const token = randomBytes(32).toString('base64url');
  await store.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('app_user')
      .set({ failed_attempts: 0, locked_until: null })
      .where('user_name', '=', userName)
      .execute();
    await trx.deleteFrom('app_session').where('expires_at', '<', new Date()).execute();
    await trx
      .insertInto('app_session')
      .values({
        token_hash: hashToken(token),
        user_name: userName,
        expires_at: new Date(Date.now() + SESSION_LONGEST_MS),
      })
      .execute();
  });
  return {
    token,
    identity: {
      user: user.user_name,
      name: user.display_name,
      role: user.role,
      scopeDivision: user.scope_division,
    },
  };
}

/** In one statement, so that guesses side by side are counted each. */
async function countFailure(store: OperationalStore, userName: string): Promise<void> {
  const isLast = sql<boolean>`failed_attempts + 1 >= ${LOCK_AFTER_FAILURES}`;
  await store.db
    .updateTable('app_user')
    .set({
      failed_attempts: sql<number>`case when ${isLast} then 0 else failed_attempts + 1 end`,
      locked_until: sql<Date | null>`case when ${isLast} then ${new Date(Date.now() + LOCK_MS)}::timestamptz else locked_until end`,
    })
    .where('user_name', '=', userName)
    .execute();
}

/** Who a token belongs to, or null when it is unknown, idle too long, too old, or its user is gone. */
export async function identify(store: OperationalStore, token: string): Promise<Identity | null> {
  const row = await store.db
    .selectFrom('app_session as session')
    .innerJoin('app_user as user', 'user.user_name', 'session.user_name')
    .select([
      'session.token_hash',
      'session.last_seen_at',
      'user.user_name',
      'user.display_name',
      'user.role',
      'user.scope_division',
    ])
    .where('session.token_hash', '=', hashToken(token))
    .where('session.expires_at', '>', new Date())
    .where('user.is_active', '=', true)
    .executeTakeFirst();
  if (row === undefined) return null;
  const idle = Date.now() - row.last_seen_at.getTime();
  if (idle > SESSION_IDLE_MS) {
    await store.db.deleteFrom('app_session').where('token_hash', '=', row.token_hash).execute();
    return null;
  }
  // Once a minute is enough to know that somebody is there; a write for each request is not.
  if (idle > MINUTE)
    await store.db
      .updateTable('app_session')
      .set({ last_seen_at: new Date() })
      .where('token_hash', '=', row.token_hash)
      .execute();
  return { user: row.user_name, name: row.display_name, role: row.role, scopeDivision: row.scope_division };
}

export async function signOut(store: OperationalStore, token: string): Promise<void> {
  await store.db.deleteFrom('app_session').where('token_hash', '=', hashToken(token)).execute();
}

/** Ends every session of a user: after a password change, or when an administrator says so. */
export async function endSessions(store: OperationalStore, userName: string): Promise<void> {
  await store.db.deleteFrom('app_session').where('user_name', '=', userName).execute();
}
