import { useState } from 'react';
import { DataTable } from '../pages/DataTable.tsx';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { columnsOf, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSettings } from '../settings.tsx';
import { tagging, type Version } from './api.ts';
import { verbs, versionTitles, words } from './words.ts';

/** Versions staff wrote, and what may be done with each; a draft is written as JSON. */
export function Making({ onDone }: { onDone: () => void }) {
  const { lang } = useSettings();
  const answer = useAsk('tag versions', tagging.versions);
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  const [written, setWritten] = useState('');
  const word = (name: string) => said(words[name] ?? [name, name], lang);
  const define = said(['标签定义(JSON)', 'Definition (JSON)'], lang);
  const done = (work: () => Promise<unknown>) =>
    attempt(async () => {
      await work();
      answer.again();
      onDone();
    });
  /** Only the newest version of a tag that is not retired may go on. */
  const newest = new Map((answer.data?.versions ?? []).map((one) => [one.ruleId, one.version]));
  const versions = (answer.data?.versions ?? []).map((one) => ({
    ...one,
    stateText: word(one.state),
    trialText: one.trial
      ? `${one.trial.holders} / ${one.trial.comes} / ${one.trial.goes} / ${one.trial.clashes}`
      : '',
  }));
  return (
    <section data-making>
      <h2>{said(['标签定义与审核', 'Making tags'], lang)}</h2>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {error && <Failure error={error} />}
      <div className="choices" role="group">
        <ReasonField value={reason} onChange={setReason} />
        <button
          type="button"
          disabled={busy || !isReason(reason) || written.trim() === ''}
          onClick={() => done(() => tagging.draft(JSON.parse(written), reason.trim()))}
        >
          {said(['起草', 'Draft'], lang)}
        </button>
      </div>
      <textarea
        aria-label={define}
        placeholder={`${define}: {"tag": {…}}, {"off": "…"}`}
        rows={5}
        cols={80}
        value={written}
        onChange={(event) => setWritten(event.target.value)}
      />
      {versions.length > 0 && (
        <DataTable
          label={said(['标签版本', 'Versions of tags'], lang)}
          columns={columnsOf(versionTitles, lang)}
          rows={versions}
          action={(row) => {
            const one = row as unknown as Version;
            if (newest.get(one.ruleId) !== one.version) return null;
            return verbs[one.state].map((verb) => (
              <button
                key={verb}
                type="button"
                disabled={busy || (verb !== 'try' && !isReason(reason))}
                onClick={() => done(() => tagging.act(one.ruleId, verb, reason.trim()))}
              >
                {word(verb)}
              </button>
            ));
          }}
        />
      )}
    </section>
  );
}
