import { useState } from 'react';
import { instant } from '../format.ts';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { Link, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { type ActionKind, type Detail, type Done, quarantine } from './api.ts';
import { DoneLine } from './BulkActions.tsx';
import { word } from './words.ts';

/** One row in quarantine: its fields, what is wrong, what was done, and what can be. */
export function ItemView({ batch, row }: { batch: string; row: string }) {
  const { lang, t } = useSettings();
  const answer = useAsk(`${batch}/${row}`, (signal) => quarantine.item(batch, row, signal));
  const item = answer.data;
  return (
    <Shell title={t('quarantine')}>
      <p>
        <Link to={withQuery({ batchNo: null, row: null })}>← {t('backToList')}</Link>
      </p>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {item && (
        <>
          <p className="quarantine-about">
            <b>{item.owner}</b> · {item.zh} · {item.fileName} · {t('batch')} {item.batchId} · {t('rowNumber')}{' '}
            {item.rowNo} · <span className={`state-${item.state}`}>{word(item.state, lang)}</span>
            {item.author && ` · ${item.author}`}
          </p>
          <p className="failure">
            {item.column && <b>{item.column}：</b>}
            {item.ruleZh} <span className="hint">{item.message}</span>
          </p>
          <Work item={item} onDone={answer.again} />
          {item.actions.length > 0 && (
            <section>
              <h2>{t('history')}</h2>
              <ol className="quarantine-history">
                {item.actions.map((one) => (
                  <li key={one.actionId}>
                    {instant(one.at)} · {word(one.kind as ActionKind, lang)} · {one.author} · {one.reason}
                    {one.changes.length > 0 && (
                      <ul>
                        {one.changes.map((change, at) => (
                          <li key={at}>
                            {change.column}：{change.before || '—'} → {change.after || '—'}
                          </li>
                        ))}
                      </ul>
                    )}
                  </li>
                ))}
              </ol>
            </section>
          )}
        </>
      )}
    </Shell>
  );
}

function Work({ item, onDone }: { item: Detail; onDone: () => void }) {
  const { lang, t } = useSettings();
  const { me } = useSession();
  const { error, busy, attempt } = useAttempt();
  const [revealed, setRevealed] = useState<Detail | null>(null);
  const [corrections, setCorrections] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const [done, setDone] = useState<(Done & { kind: ActionKind }) | null>(null);
  const shown = revealed ?? item;
  const isOpen = item.state === 'open' || (item.state === 'claimed' && item.author === me?.user);
  const hasReason = isReason(reason) && !busy;
  const act = (kind: ActionKind) =>
    attempt(async () => {
      const body = {
        dataset: item.dataset,
        selection: { batchId: item.batchId, rowNos: [item.rowNo] },
        ...(reason.trim() ? { reason } : {}),
        ...(kind === 'mend' ? { corrections } : {}),
      };
      setDone({ kind, ...(await quarantine.act(kind, body)) });
      setCorrections({});
      onDone();
    });
  const reveal = () => attempt(async () => setRevealed(await quarantine.reveal(item, reason)));
  const correct = (name: string, text: string) =>
    setCorrections((before) => {
      const { [name]: _, ...rest } = before;
      return text === '' ? rest : { ...rest, [name]: text };
    });
  return (
    <>
      <div className="table-box">
        <table aria-label={t('quarantineRow')}>
          <thead>
            <tr>
              <th scope="col">{t('field')}</th>
              <th scope="col">{t('asDelivered')}</th>
              {isOpen && <th scope="col">{t('corrected')}</th>}
            </tr>
          </thead>
          <tbody>
            {shown.row.map(({ name, column, value, isMasked }) => (
              <tr key={name} className={name === item.field ? 'wrong' : undefined}>
                <td>{column}</td>
                <td>
                  {value || '—'} {isMasked && <span className="hint">({t('masked')})</span>}
                </td>
                {isOpen && (
                  <td>
                    <input
                      aria-label={`${t('corrected')} ${column}`}
                      value={corrections[name] ?? ''}
                      onChange={(event) => correct(name, event.target.value)}
                      maxLength={4000}
                    />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!item.isReadable && <p className="hint">{t('unreadableRow')}</p>}
      {shown.text && <pre className="quarantine-text">{shown.text}</pre>}
      <div className="choices quarantine-actions">
        <ReasonField value={reason} onChange={setReason} />
        {isOpen && (
          <>
            <button
              type="button"
              className="primary"
              disabled={
                !hasReason || (Object.keys(corrections).length === 0 && item.rule !== 'duplicate_key')
              }
              onClick={() => act('mend')}
            >
              {word('mend', lang)}
            </button>
            <button type="button" disabled={!hasReason || !item.isReadable} onClick={() => act('accept')}>
              {word('accept', lang)}
            </button>
            <button type="button" disabled={!hasReason} onClick={() => act('return')}>
              {word('return', lang)}
            </button>
            <button
              type="button"
              disabled={busy}
              onClick={() => act(item.state === 'open' ? 'claim' : 'release')}
            >
              {word(item.state === 'open' ? 'claim' : 'release', lang)}
            </button>
          </>
        )}
        {!revealed && me?.rights.includes('personal:reveal') && (
          <button type="button" disabled={!hasReason} onClick={reveal}>
            {t('reveal')}
          </button>
        )}
      </div>
      {error && <Failure error={error} />}
      {done && <DoneLine done={done} />}
    </>
  );
}
