import './catalog.css';
import { type FormEvent, useEffect, useState } from 'react';
import { Choices } from '../pages/Choices.tsx';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { catalog, type Entry, type Kind, kinds } from './api.ts';
import { EntryView } from './EntryView.tsx';
import { listTitles, words } from './words.ts';

const AT_ONCE = 100;
const FIGURES = new Set(['level']);
const filters: readonly (Kind | 'all')[] = ['all', ...kinds];

/** 数据目录 (002:8671): everything there is, whose it is, how good and how late, where it comes from and goes to. */
export function Catalog() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const of = kinds.find((one) => one === query.get('of'));
  const name = query.get('name');
  return (
    <Shell title={t('catalog')}>
      {of && name ? <EntryView kind={of} name={name} key={name} /> : <List lang={lang} />}
    </Shell>
  );
}

/** Words of a catalog name nobody: they stand in the address. */
function List({ lang }: { lang: 'zh' | 'en' }) {
  const { t } = useSettings();
  const query = useQuery();
  const kind = filters.find((one) => one === query.get('kind')) ?? 'all';
  const q = query.get('q') ?? '';
  const [typed, setTyped] = useState(q);
  useEffect(() => setTyped(q), [q]);
  const asked = new URLSearchParams({ q, limit: String(AT_ONCE), ...(kind === 'all' ? {} : { kind }) });
  const answer = useAsk(`catalog ${asked}`, (signal) => catalog.search(asked, signal));
  const word = (one: string) => said(words[one] ?? [one, one], lang);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    navigate(withQuery({ q: typed.trim() || null }));
  };
  const late = (one: Entry) =>
    one.daysLate > 0
      ? said([`逾期 ${one.daysLate} 天`, `${one.daysLate} days late`], lang)
      : one.datasets.length > 0
        ? said(['按时', 'in time'], lang)
        : '';
  const entries = answer.data?.entries ?? [];
  return (
    <>
      <form className="choices" onSubmit={submit}>
        <input
          type="search"
          name="q"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          aria-label={t('catalogSearch')}
          placeholder={t('catalogSearch')}
          maxLength={200}
          size={40}
        />
        <button type="submit">{t('catalogFind')}</button>
      </form>
      <div className="choices" role="group" aria-label={t('catalogKind')}>
        <Choices
          names={filters}
          chosen={kind}
          label={word}
          onChoose={(one) => navigate(withQuery({ kind: one === 'all' ? null : one }))}
        />
      </div>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {answer.data && (
        <DataTable
          label={t('catalog')}
          columns={columnsOf(listTitles, lang, FIGURES)}
          rows={entries.map((one) => ({
            ...one,
            kindText: word(one.kind),
            resourceText: one.resources.join('、'),
            lateText: late(one),
          }))}
          onPick={(row) => navigate(withQuery({ of: String(row['kind']), name: String(row['name']) }))}
        />
      )}
      {entries.length === AT_ONCE && <p className="hint">{t('searchMore')}</p>}
    </>
  );
}
