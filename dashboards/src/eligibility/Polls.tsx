import { type FormEvent, useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { eligibility } from './api.ts';
import { Households } from './PollHouseholds.tsx';
import { planTitles, pollTitles, words } from './words.ts';

const FIGURES = new Set(['households', 'passed', 'doubted', 'refused', 'lost', 'regained', 'everyDays']);
const programmes = ['prh', 'arh', 'subsidy'];

/** Polls of present beneficiaries: run one, read what each found, and go on to a household. */
export function Polls() {
  const { lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const list = useAsk('polls', eligibility.polls);
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const picked = Number(query.get('poll') ?? '0');
  return (
    <>
      {me?.rights.includes('eligibility:manage') && (
        <Run
          onDone={(pollId) => {
            list.again();
            navigate(withQuery({ poll: String(pollId), of: null, verdict: null, from: null }));
          }}
        />
      )}
      {list.error && <Failure error={list.error} retry={list.again} />}
      {picked > 0 && <Households key={picked} pollId={picked} />}
      {list.data && <h2>{said(['历次轮询', 'All polls'], lang)}</h2>}
      {list.data && (
        <DataTable
          label={said(['轮询', 'Polls'], lang)}
          columns={columnsOf(pollTitles, lang, FIGURES)}
          rows={list.data.polls.map((one) => ({
            ...one,
            stateText: word(one.state),
            analysesText: one.analyses.map(word).join('、'),
          }))}
          onPick={(row) =>
            navigate(withQuery({ poll: String(row['pollId']), of: null, verdict: null, from: null }))
          }
        />
      )}
      {list.data && list.data.plans.length > 0 && (
        <DataTable
          label={said(['轮询计划', 'Plans'], lang)}
          columns={columnsOf(planTitles, lang, FIGURES)}
          rows={list.data.plans.map((one) => ({ ...one, hours: `${one.fromHour}:00–${one.untilHour}:00` }))}
        />
      )}
    </>
  );
}

function Run({ onDone }: { onDone: (pollId: number) => void }) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [programme, setProgramme] = useState('');
  const [district, setDistrict] = useState('');
  const [reason, setReason] = useState('');
  const title = said(['发起轮询', 'Poll now'], lang);
  const run = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    attempt(async () => {
      const scope = {
        ...(programme === '' ? {} : { programme }),
        ...(district === '' ? {} : { district }),
      };
      const { pollId } = await eligibility.poll(scope, reason.trim());
      setReason('');
      onDone(pollId);
    });
  };
  const everybody = said(['全部保障方式', 'Every programme'], lang);
  const where = said(['区代码(空为全市)', 'District code (whole city unless given)'], lang);
  return (
    <form className="choices" onSubmit={run} aria-label={title}>
      <select value={programme} aria-label={everybody} onChange={(event) => setProgramme(event.target.value)}>
        <option value="">{everybody}</option>
        {programmes.map((one) => (
          <option key={one} value={one}>
            {said(words[one] ?? [one, one], lang)}
          </option>
        ))}
      </select>
      <input
        value={district}
        pattern="[0-9]{6}"
        size={18}
        placeholder={where}
        aria-label={where}
        onChange={(event) => setDistrict(event.target.value)}
      />
      <ReasonField value={reason} onChange={setReason} />
      <button type="submit" className="primary" disabled={busy || !isReason(reason)}>
        {title}
      </button>
      {error && <Failure error={error} />}
    </form>
  );
}
