import { type FormEvent, useState } from 'react';
import { ApiError, call } from '../api/client.ts';
import type { Role } from '../api/types.ts';
import { toSignIn, useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { DataTable } from './DataTable.tsx';
import { Failure, Shell } from './Shell.tsx';
import { useAsk } from './useAsk.ts';

interface User {
  user: string;
  name: string;
  role: Role;
  scopeDivision: string;
  isActive: boolean;
}

const roles: Role[] = ['leader', 'analyst', 'staff', 'auditor', 'administrator'];
const titles = {
  user: ['用户名', 'User'],
  name: ['姓名', 'Name'],
  roleText: ['角色', 'Role'],
  scopeDivision: ['区划范围', 'Division'],
  isActive: ['启用', 'Active'],
} as const;

/** Accounts, for administrators: add, stop, and give a new password. Nobody changes their own. */
export function Users() {
  const { lang, t } = useSettings();
  const { me } = useSession();
  const list = useAsk('users', (signal) => call<{ users: User[] }>('/api/users', { signal }));
  const [error, setError] = useState<Error | null>(null);
  const [password, setPassword] = useState<{ user: string; password: string } | null>(null);
  const title = (name: keyof typeof titles) => titles[name][lang === 'zh' ? 0 : 1];

  const attempt = async (work: () => Promise<{ user: string; password: string } | null>) => {
    setError(null);
    try {
      setPassword(await work());
      list.again();
    } catch (reason) {
      if (reason instanceof ApiError && reason.status === 401) return toSignIn();
      setError(reason instanceof Error ? reason : new Error(String(reason)));
    }
  };
  const path = (user: string) => `/api/users/${encodeURIComponent(user)}`;
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const body = Object.fromEntries(new FormData(form));
    void attempt(async () => {
      const made = await call<User & { password: string }>('/api/users', { method: 'POST', body });
      form.reset();
      return made;
    });
  };
  const reset = ({ user }: User) =>
    attempt(() => call<{ user: string; password: string }>(`${path(user)}/password`, { method: 'POST' }));
  const toggle = ({ user, role, scopeDivision, isActive }: User) =>
    attempt(async () => {
      await call(path(user), { method: 'PUT', body: { role, scopeDivision, isActive: !isActive } });
      return null;
    });
  return (
    <Shell title={t('users')}>
      <form className="choices" onSubmit={add}>
        <input
          name="user"
          required
          pattern="[a-z][a-z0-9._\-]{1,63}"
          placeholder={title('user')}
          aria-label={title('user')}
        />
        <input name="name" required maxLength={64} placeholder={title('name')} aria-label={title('name')} />
        <select name="role" aria-label={title('roleText')}>
          {roles.map((role) => (
            <option key={role} value={role}>
              {t(`role_${role}`)}
            </option>
          ))}
        </select>
        <input
          name="scopeDivision"
          pattern="(\d{6}|\d{9}|\d{12})?"
          placeholder={`${title('scopeDivision')} (439901 …)`}
          aria-label={title('scopeDivision')}
        />
        <button type="submit" className="primary">
          {t('addUser')}
        </button>
      </form>
      {error && <Failure error={error} />}
      {password && (
        <p className="notice-line" role="status">
          {password.user} · {t('passwordOnce')}: <code>{password.password}</code>
        </p>
      )}
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <DataTable
          label={t('users')}
          columns={(Object.keys(titles) as (keyof typeof titles)[]).map((name) => ({
            name,
            title: title(name),
          }))}
          rows={list.data.users.map((user) => ({ ...user, roleText: t(`role_${user.role}`) }))}
          action={(row) => {
            const user = list.data?.users.find((one) => one.user === row['user']);
            if (!user || user.user === me?.user) return null;
            return (
              <>
                <button type="button" onClick={() => void reset(user)}>
                  {t('newPassword')}
                </button>{' '}
                <button type="button" onClick={() => void toggle(user)}>
                  {user.isActive ? t('deactivate') : t('activate')}
                </button>
              </>
            );
          }}
        />
      )}
    </Shell>
  );
}
