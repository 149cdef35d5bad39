import { useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { credit, type Party } from './api.ts';
import { entryTitles, words } from './words.ts';

/** One party: the entries its score is the sum of; from decided cases it can be put on the black list. */
export function PartyView({ party, id }: { party: Party; id: string }) {
  const { lang } = useSettings();
  const { me } = useSession();
  const answer = useAsk(`credit of ${party} ${id}`, (signal) => credit.show(party, id, signal));
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return null;
  const { score, entries } = answer.data;
  const sum = entries.reduce((all, { points }) => all + points, 0);
  const cases = [...new Set(entries.flatMap((one) => (one.case === null ? [] : [one.case])))];
  const list = () =>
    attempt(async () => {
      await credit.list({ party, partyId: id, cases, reason: reason.trim() });
      navigate(withQuery({ show: 'blacklist', id: null }));
    });
  return (
    <section aria-label={score.name} data-party={id}>
      <h2>
        {score.name} · {score.score} · {score.grade} {lang === 'zh' && score.gradeZh} ·{' '}
        {said(['第', 'place'], lang)} {score.place} {lang === 'zh' && '名'}
      </h2>
      <DataTable
        label={said(['信用记录', 'Entries'], lang)}
        columns={columnsOf(entryTitles, lang, new Set(['points']))}
        rows={entries.map((one) => ({ ...one, points: points(one.points) }))}
      />
      <p className="hint" data-sum={sum.toFixed(2)}>
        {said(['合计', 'Sum'], lang)} {sum.toFixed(2)} {said(['= 评分', '= score'], lang)}{' '}
        {score.score.toFixed(2)}
      </p>
      {me?.rights.includes('credit:manage') && cases.length > 0 && (
        <div className="choices" role="group">
          <ReasonField value={reason} onChange={setReason} />
          <button type="button" disabled={busy || !isReason(reason)} onClick={list}>
            {said(words['list'] ?? ['', ''], lang)} ({cases.length})
          </button>
        </div>
      )}
      {error && <Failure error={error} />}
    </section>
  );
}

const points = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(2)}`;
