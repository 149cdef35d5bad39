import type { FormEvent } from 'react';
import { call } from '../api/client.ts';
import { instant } from '../format.ts';
import { Link, navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { cellText, DataTable } from './DataTable.tsx';
import { Failure, Shell } from './Shell.tsx';
import { useAsk } from './useAsk.ts';

interface Entry {
  auditId: number;
  at: string;
  user: string;
  action: string;
  object: string;
  reason: string;
  outcome: string;
  address: string;
  detail: Record<string, unknown>;
}

const PAGE = 100;
const titles = {
  at: ['时间', 'Time'],
  user: ['用户', 'User'],
  action: ['操作', 'Action'],
  object: ['对象', 'Object'],
  outcome: ['结果', 'Outcome'],
  reason: ['原因', 'Reason'],
  address: ['地址', 'Address'],
  detail: ['详情', 'Detail'],
} as const;

/** Who did what: the audit log, newest first, for auditors. */
export function Audit() {
  const { lang, t } = useSettings();
  const query = useQuery();
  const asked = new URLSearchParams({ limit: String(PAGE) });
  for (const name of ['user', 'action', 'before']) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const answer = useAsk(asked.toString(), (signal) =>
    call<{ entries: Entry[] }>(`/api/audit?${asked}`, { signal }),
  );
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim() || null;
    navigate(withQuery({ user: text('user'), action: text('action'), before: null }));
  };
  const entries = answer.data?.entries ?? [];
  const rows = entries.map((entry) => ({
    ...entry,
    at: instant(entry.at),
    detail: Object.keys(entry.detail).length === 0 ? '' : cellText(entry.detail),
  }));
  return (
    <Shell title={t('audit')}>
      <form className="choices" onSubmit={find} key={`${query.get('user')}/${query.get('action')}`}>
        <input
          name="user"
          defaultValue={query.get('user') ?? ''}
          placeholder={t('allUsers')}
          aria-label={titles.user[0]}
        />
        <input
          name="action"
          defaultValue={query.get('action') ?? ''}
          placeholder={t('allActions')}
          aria-label={titles.action[0]}
        />
        <button type="submit">{t('search')}</button>
        <button type="button" onClick={answer.again} disabled={answer.busy}>
          {t('refresh')}
        </button>
      </form>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {answer.data && (
        <DataTable
          label={t('audit')}
          columns={Object.entries(titles).map(([name, [zh, en]]) => ({
            name,
            title: lang === 'zh' ? zh : en,
          }))}
          rows={rows}
        />
      )}
      <nav className="pager" aria-label={t('paging')}>
        {query.get('before') && <Link to={withQuery({ before: null })}>{t('newest')}</Link>}
        {entries.length === PAGE && (
          <Link to={withQuery({ before: String(entries.at(-1)?.auditId) })}>{t('older')}</Link>
        )}
      </nav>
    </Shell>
  );
}
