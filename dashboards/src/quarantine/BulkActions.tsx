import { useState } from 'react';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure } from '../pages/Shell.tsx';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSettings } from '../settings.tsx';
import { type ActionKind, type Done, quarantine, type Selection } from './api.ts';
import { leftText, word } from './words.ts';

/** What can be done to all rows the list is narrowed to. Accepting needs a batch, and so do corrections, which are made row by row. */
export function BulkActions({ filter, onDone }: { filter: URLSearchParams; onDone: () => void }) {
  const { lang, t } = useSettings();
  const { error, busy, attempt } = useAttempt();
  const [reason, setReason] = useState('');
  const [done, setDone] = useState<(Done & { kind: ActionKind }) | null>(null);
  const selection: Selection = {
    ...(filter.get('batchId') ? { batchId: Number(filter.get('batchId')) } : {}),
    ...(filter.get('rule') ? { rule: filter.get('rule') ?? '' } : {}),
    ...(filter.get('field') ? { field: filter.get('field') ?? '' } : {}),
  };
  const act = (kind: ActionKind) =>
    attempt(async () => {
      const dataset = filter.get('dataset') ?? '';
      setDone({ kind, ...(await quarantine.act(kind, { dataset, selection, reason })) });
      setReason('');
      onDone();
    });
  const isReady = isReason(reason) && !busy;
  return (
    <>
      <div className="choices" role="group" aria-label={t('bulk')}>
        <span>{t('bulk')}:</span>
        <ReasonField value={reason} onChange={setReason} />
        <button
          type="button"
          disabled={!isReady || selection.batchId === undefined}
          onClick={() => act('accept')}
        >
          {word('accept', lang)}
        </button>
        <button type="button" disabled={!isReady} onClick={() => act('return')}>
          {word('return', lang)}
        </button>
        {selection.batchId === undefined && <span className="hint">{t('acceptNeedsBatch')}</span>}
      </div>
      {error && <Failure error={error} />}
      {done && <DoneLine done={done} />}
    </>
  );
}

/** What was done, what was left, and the list for the sender. */
export function DoneLine({ done }: { done: Done & { kind: ActionKind } }) {
  const { lang, t } = useSettings();
  const left = leftText(done.left, lang);
  return (
    <p className="notice-line" role="status">
      {word(done.kind, lang)}: {done.rows.toLocaleString()} {t('rowsUnit')}
      {done.state === 'repeat' && ` · ${t('doneBefore')}`}
      {left && ` · ${left}`}
      {done.kind === 'return' && (
        <>
          {' · '}
          <a href={`/api/quarantine/returns/${done.actionId}`} download>
            {t('issueList')}
          </a>
        </>
      )}
    </p>
  );
}
