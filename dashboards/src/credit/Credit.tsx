import { Choices } from '../pages/Choices.tsx';
import { DataTable } from '../pages/DataTable.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { credit, type Party } from './api.ts';
import { Blacklist } from './Blacklist.tsx';
import { Indicators } from './Indicators.tsx';
import { PartyView } from './PartyView.tsx';
import { scoreTitles, words } from './words.ts';

const parties: Party[] = ['tenant', 'enterprise', 'supplier'];
const views = ['best', 'worst', 'blacklist', 'indicators'] as const;
const FIGURES = new Set(['place', 'score', 'entries', 'cases']);
const AT_ONCE = 100;

/** 信用 (B3, M57-M59, M88, M99, M130; 002:1589-1657): rankings, one party with its entries, black lists, the indicators. */
export function Credit() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const view = views.find((one) => one === query.get('show')) ?? 'best';
  const party = parties.find((one) => one === query.get('party')) ?? 'tenant';
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  return (
    <Shell title={t('credit')}>
      <div className="choices" role="group">
        <Choices
          names={views}
          chosen={view}
          label={word}
          onChoose={(show) => navigate(withQuery({ show, id: null, grade: null }))}
        />
        {(view === 'best' || view === 'worst') && (
          <Choices
            names={parties}
            chosen={party}
            label={word}
            onChoose={(one) => navigate(withQuery({ party: one, id: null, grade: null }))}
          />
        )}
      </div>
      {view === 'blacklist' ? (
        <Blacklist />
      ) : view === 'indicators' ? (
        <Indicators />
      ) : (
        <Ranking party={party} list={view} />
      )}
    </Shell>
  );
}

function Ranking({ party, list }: { party: Party; list: 'best' | 'worst' }) {
  const { t, lang } = useSettings();
  const query = useQuery();
  const grade = query.get('grade');
  const id = query.get('id');
  const asked = new URLSearchParams({ party, list, limit: String(AT_ONCE) });
  if (grade) asked.set('grade', grade);
  const answer = useAsk(`credit ${asked}`, (signal) => credit.ranking(asked, signal));
  return (
    <>
      <div className="choices" role="group">
        {answer.data?.grades.map((one) => (
          <button
            key={one.grade}
            type="button"
            aria-pressed={one.grade === grade}
            onClick={() => navigate(withQuery({ grade: one.grade === grade ? null : one.grade, id: null }))}
          >
            {one.grade} {lang === 'zh' && one.gradeZh} {one.parties.toLocaleString()}
          </button>
        ))}
        <button type="button" onClick={answer.again} disabled={answer.busy}>
          {t('refresh')}
        </button>
      </div>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {id && <PartyView key={`${party} ${id}`} party={party} id={id} />}
      {answer.data && (
        <DataTable
          label={said(words[list] ?? ['', ''], lang)}
          columns={columnsOf(scoreTitles, lang, FIGURES)}
          rows={answer.data.rows.map((one) => ({
            ...one,
            gradeText: lang === 'zh' ? `${one.grade} ${one.gradeZh}` : one.grade,
            where: `${one.district}${one.street}`,
          }))}
          onPick={(row) => navigate(withQuery({ id: String(row['partyId']) }))}
        />
      )}
    </>
  );
}
