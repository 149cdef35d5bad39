import type { OperationalStore } from '../../warehouse/operational/store.ts';
import type { Role } from '../../warehouse/operational/tables/identity.ts';
import { generatePassword, hashPassword } from './password.ts';

export interface FirstUser {
  user: string;
  role: Role;
  password: string;
}

const FIRST: readonly { user: string; name: string; role: Role }[] = [
  { user: 'leader', name: '领导', role: 'leader' },
  { user: 'analyst', name: '分析员', role: 'analyst' },
  { user: 'staff', name: '经办人员', role: 'staff' },
  { user: 'auditor', name: '审计员', role: 'auditor' },
  { user: 'admin', name: '管理员', role: 'administrator' },
];

/**
 * One user a role when nobody exists yet, with generated passwords: there is no default password anywhere. The passwords
 * are returned to be shown once; they are neither stored nor logged. An empty list when users exist.
 */
export async function ensureFirstUsers(store: OperationalStore): Promise<FirstUser[]> {
  const made = await Promise.all(
    FIRST.map(async ({ user, name, role }) => {
      const password = generatePassword();
      return { user, name, role, password, hash: await hashPassword(password) };
    }),
  );
  return store.db.transaction().execute(async (trx) => {
    const someone = await trx.selectFrom('app_user').select('user_name').limit(1).executeTakeFirst();
    if (someone !== undefined) return [];
    await trx
      .insertInto('app_user')
      .values(
        made.map(({ user, name, role, hash }) => ({
          user_name: user,
          display_name: name,
          role,
          password_hash: hash,
        })),
      )
      .execute();
    return made.map(({ user, role, password }) => ({ user, role, password }));
  });
}
