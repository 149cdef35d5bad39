import { useState } from 'react';
import { useSettings } from '../settings.tsx';
import { isReason, ReasonField } from './ReasonField.tsx';
import { Failure } from './Shell.tsx';
import { useAttempt } from './useAttempt.ts';

interface VersionActionsProps<Verb extends string> {
  /** Tries the version on history; not given where its state allows no trying. */
  tryOut?: (() => Promise<unknown>) | undefined;
  /** What its state allows besides, each for a reason. */
  verbs: readonly Verb[];
  decide: (verb: Verb, reason: string) => Promise<unknown>;
  /** `try` and the verbs in the reader's language. */
  word: (name: Verb | 'try') => string;
  onDone: () => void;
}

/** What may be done with a version of a rule that staff wrote (alerts, eligibility, cleaning). */
export function VersionActions<Verb extends string>({
  tryOut,
  verbs,
  decide,
  word,
  onDone,
}: VersionActionsProps<Verb>) {
  const { t } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  const act = (work: () => Promise<unknown>) =>
    attempt(async () => {
      await work();
      setReason('');
      onDone();
    });
  return (
    <>
      <div className="choices" role="group">
        {tryOut && (
          <button type="button" disabled={busy} onClick={() => act(tryOut)}>
            {word('try')}
          </button>
        )}
        <ReasonField value={reason} onChange={setReason} />
        {verbs.map((verb) => (
          <button
            key={verb}
            type="button"
            className={verb === 'activate' ? 'primary' : undefined}
            disabled={busy || !isReason(reason)}
            onClick={() => act(() => decide(verb, reason.trim()))}
          >
            {word(verb)}
          </button>
        ))}
      </div>
      {busy && <p className="notice-line">{t('working')}</p>}
      {error && <Failure error={error} />}
    </>
  );
}
