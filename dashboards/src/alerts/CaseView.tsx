import { useState } from 'react';
import { instant } from '../format.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { Link } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { alerts } from './api.ts';
import { Supervise } from './Supervise.tsx';
import { decisionTitles, words } from './words.ts';
import { WriteLetter } from './WriteLetter.tsx';

const eventTitles = [
  ['at', ['时间', 'When']],
  ['kindText', ['事件', 'What']],
  ['author', ['人员', 'Who']],
  ['note', ['说明', 'Note']],
] as const;

/** Where the row behind a case is traced to its files; an id is a hash and names nobody. */
const sourceOf = (id: string): string =>
  `/catalog?of=model&name=mart_supervision.violation&key=violation_id&value=${encodeURIComponent(id)}`;

/** One case: its evidence, what became of it, and what may be done with it now. */
export function CaseView({ id, onDone }: { id: string; onDone: () => void }) {
  const { lang } = useSettings();
  const { me } = useSession();
  const answer = useAsk(`alert ${id}`, (signal) => alerts.read(id, signal));
  const { error, busy, attempt } = useAttempt();
  const [note, setNote] = useState('');
  const [owner, setOwner] = useState('');
  const [until, setUntil] = useState('');
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return null;
  const { case: one, events, decisions } = answer.data;
  // A decision is taken back beside the decision.
  const actions = answer.data.actions.filter((action) => action !== 'annul');
  const act = (action: string, decision?: number) =>
    attempt(async () => {
      const to =
        action === 'assign'
          ? { owner }
          : action === 'suspend'
            ? { until }
            : decision === undefined
              ? {}
              : { decision };
      await alerts.act(id, { action, note: note.trim(), version: one.version, ...to });
      setNote('');
      answer.again();
      onDone();
    });
  const mayHandle = me?.rights.includes('alerts:handle') ?? false;
  return (
    <section aria-label={one.ruleZh} data-case>
      <h2>
        {one.ruleZh} · {word(one.level)} · {word(one.state)}
        {one.clearedOn && ` · ${word('cleared')} ${one.clearedOn}`}
      </h2>
      <p>
        {one.place} · {one.objectName} · {one.evidenceZh}
      </p>
      <p className="hint">
        {one.firstFound} – {one.lastFound} · {said(['期限', 'due'], lang)} {one.dueOn}
        {one.escalatedOn && ` · ${word('escalated')} ${one.escalatedOn}`}
        {one.suspendedUntil && ` · ${word('suspended')} – ${one.suspendedUntil}`}
        {one.owner && ` · ${said(['承办', 'with'], lang)} ${one.owner}`}{' '}
        {me?.rights.includes('runs:read') && <Link to={sourceOf(id)}>{said(['溯源', 'Trace'], lang)}</Link>}
      </p>
      {mayHandle && answer.data.actions.length > 0 && (
        <div className="choices" role="group">
          <ReasonField value={note} onChange={setNote} />
          {actions.includes('assign') && (
            <input
              value={owner}
              onChange={(event) => setOwner(event.target.value)}
              placeholder={said(['承办人', 'Who handles it'], lang)}
              aria-label={said(['承办人', 'Who handles it'], lang)}
              maxLength={100}
            />
          )}
          {actions.includes('suspend') && (
            <input
              type="date"
              value={until}
              onChange={(event) => setUntil(event.target.value)}
              aria-label={said(['挂起至', 'Put off until'], lang)}
            />
          )}
          {actions.map((action) => (
            <button
              key={action}
              type="button"
              disabled={
                busy ||
                !isReason(note) ||
                (action === 'assign' && owner.trim() === '') ||
                (action === 'suspend' && until === '')
              }
              onClick={() => act(action)}
            >
              {word(action)}
            </button>
          ))}
        </div>
      )}
      {one.escalatedOn && !one.clearedOn && me?.rights.includes('alerts:supervise') && (
        <Supervise
          one={one}
          onDone={() => {
            answer.again();
            onDone();
          }}
        />
      )}
      {mayHandle && <WriteLetter caseId={id} />}
      {error && <Failure error={error} />}
      {decisions.length > 0 && (
        <DataTable
          label={said(['认定', 'Decisions'], lang)}
          columns={columnsOf(decisionTitles, lang)}
          rows={decisions.map((decision) => ({
            ...decision,
            at: instant(decision.at),
            verdictText: word(decision.verdict),
            standsText: word(decision.stands ? 'stands' : 'taken_back'),
          }))}
          action={(row) =>
            mayHandle &&
            row['stands'] === true &&
            // Whoever decided does not take it back.
            row['by'] !== me?.user && (
              <button
                type="button"
                disabled={busy || !isReason(note)}
                onClick={() => act('annul', Number(row['id']))}
              >
                {word('annul')}
              </button>
            )
          }
        />
      )}
      <DataTable
        label={said(['经过', 'What became of it'], lang)}
        columns={eventTitles.map(([name, both]) => ({ name, title: said(both, lang) }))}
        rows={events.map((event) => ({ ...event, at: instant(event.at), kindText: word(event.kind) }))}
      />
    </section>
  );
}
