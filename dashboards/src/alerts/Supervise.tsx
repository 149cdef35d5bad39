import { useState } from 'react';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { said } from '../pages/titles.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSettings } from '../settings.tsx';
import { alerts, type Case } from './api.ts';

/** For those who supervise: an escalated case goes to somebody else, by a new day. */
export function Supervise({ one, onDone }: { one: Case; onDone: () => void }) {
  const { lang } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [owner, setOwner] = useState('');
  const [dueOn, setDueOn] = useState('');
  const [note, setNote] = useState('');
  const who = said(['改派给', 'To whom'], lang);
  const by = said(['新期限', 'By'], lang);
  const give = () =>
    attempt(async () => {
      await alerts.supervise(one.id, { owner: owner.trim(), dueOn, note: note.trim(), version: one.version });
      onDone();
    });
  return (
    <div className="choices" role="group" data-supervise>
      <input
        value={owner}
        onChange={(event) => setOwner(event.target.value)}
        placeholder={who}
        aria-label={who}
        maxLength={100}
      />
      <input type="date" value={dueOn} onChange={(event) => setDueOn(event.target.value)} aria-label={by} />
      <ReasonField value={note} onChange={setNote} />
      <button
        type="button"
        disabled={busy || !isReason(note) || owner.trim() === '' || dueOn === ''}
        onClick={give}
      >
        {said(['督办改派', 'Give to another'], lang)}
      </button>
      {error && <Failure error={error} />}
    </div>
  );
}
