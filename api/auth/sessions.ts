import { createHash, randomBytes } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { Database, OperationalStore } from '../../warehouse/operational/store.ts';
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

const identityIn = (
  user: Pick<Selectable<Database['app_user']>, 'user_name' | 'display_name' | 'role' | 'scope_division'>,
): Identity => ({
  user: user.user_name,
  name: user.display_name,
  role: user.role,
  scopeDivision: user.scope_division,
});

/** What the store knows a session by: nobody who reads it can use what he finds. */
export const hashToken = (token: string) => createHash('sha256').update(token).digest('base64url');

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
  return { token, identity: identityIn(user) };
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

/**
 * Whose sessions these are, by the hash of their token; without those unknown, idle too long, too old, or whose user is gone.
 * @param hashes of `hashToken`
 */
export async function identify(
  store: OperationalStore,
  hashes: readonly string[],
): Promise<Map<string, Identity>> {
  const rows = await store.db
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
    // One parameter whatever their number: it stays the same statement.
    .where('session.token_hash', '=', sql<string>`any(${hashes}::text[])`)
    .where('session.expires_at', '>', new Date())
    .where('user.is_active', '=', true)
    .execute();
  const now = Date.now();
  const idleFor = (ms: number): string[] =>
    rows.filter((row) => now - row.last_seen_at.getTime() > ms).map((row) => row.token_hash);
  const gone = new Set(idleFor(SESSION_IDLE_MS));
  if (gone.size > 0)
    await store.db
      .deleteFrom('app_session')
      .where('token_hash', 'in', [...gone])
      .execute();
  // Once a minute is enough to know that somebody is there; a write for each request is not.
  const unseen = idleFor(MINUTE).filter((hash) => !gone.has(hash));
  if (unseen.length > 0)
    await store.db
      .updateTable('app_session')
      .set({ last_seen_at: new Date(now) })
      .where('token_hash', 'in', unseen)
      .execute();
  return new Map(
    rows.filter((row) => !gone.has(row.token_hash)).map((row) => [row.token_hash, identityIn(row)]),
  );
}

export async function signOut(store: OperationalStore, token: string): Promise<void> {
  await store.db.deleteFrom('app_session').where('token_hash', '=', hashToken(token)).execute();
}

/** Ends every session of a user: after a password change, or when an administrator says so. */
export async function endSessions(store: OperationalStore, userName: string): Promise<void> {
  await store.db.deleteFrom('app_session').where('user_name', '=', userName).execute();
}
