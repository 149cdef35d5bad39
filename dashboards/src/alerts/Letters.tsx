import { useState } from 'react';
import { instant } from '../format.ts';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { type Both, columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { alerts } from './api.ts';
import { letterTitles, letterWords } from './words.ts';

/** Letters of supervision (督办单): to whom, what about, and what became of each. */
export function Letters() {
  const { lang } = useSettings();
  const query = useQuery();
  const list = useAsk('supervision letters', alerts.letters);
  const word = (name: string) => said(letterWords[name] ?? [name, name], lang);
  const id = Number(query.get('letter') ?? '0');
  return (
    <>
      {list.error && <Failure error={list.error} retry={list.again} />}
      {list.data && (
        <p className="hint" data-unread={list.data.unread}>
          {said(['未读', 'Unread'], lang)} {list.data.unread}
        </p>
      )}
      {id > 0 && <LetterView key={id} id={id} onDone={list.again} />}
      {list.data && (
        <DataTable
          label={said(['督办单', 'Letters'], lang)}
          columns={columnsOf(letterTitles, lang, new Set(['facts']))}
          rows={list.data.letters.map((one) => ({
            ...one,
            unreadText: one.unread ? '●' : '',
            stateText: word(one.state),
            dueText: one.escalatedOn ? `${one.dueOn} ⚠` : one.dueOn,
          }))}
          onPick={(row) => navigate(withQuery({ letter: String(row['id']) }))}
        />
      )}
    </>
  );
}

const stepTitles: Record<string, Both> = {
  at: ['时间', 'When'],
  kindText: ['事件', 'What'],
  author: ['人员', 'Who'],
  note: ['说明', 'Note'],
};
const factTitles: Record<string, Both> = {
  rule: ['事项', 'Matter'],
  place: ['位置', 'Place'],
  object: ['对象', 'Object'],
  evidence: ['依据', 'Evidence'],
};

function LetterView({ id, onDone }: { id: number; onDone: () => void }) {
  const { lang } = useSettings();
  const { me } = useSession();
  const answer = useAsk(`supervision letter ${id}`, (signal) => alerts.letter(id, signal));
  const { error, busy, attempt } = useAttempt();
  const [note, setNote] = useState('');
  const word = (name: string) => said(letterWords[name] ?? [name, name], lang);
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return null;
  const { letterNo, addressee, state, content, steps, next, version, dueOn } = answer.data;
  const mayHandle = me?.rights.includes('alerts:handle') ?? false;
  const move = (to: (typeof next)[number]) =>
    attempt(async () => {
      await alerts.moveLetter(id, to, note.trim(), version);
      setNote('');
      answer.again();
      onDone();
    });
  return (
    <section aria-label={letterNo} data-letter={state}>
      <h2>
        {letterNo} · {addressee} · {word(state)} · {dueOn}
      </h2>
      <p>{content.demand}</p>
      <p>
        <a href={`/api/alerts/letters/${id}/page`} target="_blank" rel="noreferrer">
          {said(['打印', 'Print'], lang)}
        </a>
      </p>
      {mayHandle && next.length > 0 && (
        <div className="choices" role="group">
          <ReasonField value={note} onChange={setNote} />
          {next.map((one) => (
            <button key={one} type="button" disabled={busy || !isReason(note)} onClick={() => move(one)}>
              {word(one)}
            </button>
          ))}
        </div>
      )}
      {error && <Failure error={error} />}
      <DataTable
        label={said(['事项', 'Matters'], lang)}
        columns={columnsOf(factTitles, lang)}
        rows={content.facts.map((one) => ({ ...one }))}
      />
      <DataTable
        label={said(['经过', 'What became of it'], lang)}
        columns={columnsOf(stepTitles, lang)}
        rows={steps.map((step) => ({ ...step, at: instant(step.at), kindText: word(step.kind) }))}
      />
    </section>
  );
}
