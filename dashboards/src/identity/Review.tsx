import './identity.css';
import { useEffect, useRef, useState } from 'react';
import { Failure, Shell } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { type Entity, identity, type Queue, type QueuedPair, type Verdict } from './api.ts';
import { PairView } from './PairView.tsx';
import { entities, say } from './words.ts';

const PAGE = 100;
const keyOf = ({ a, b }: QueuedPair): string => `${a} ${b}`;

/** Pairs of records that may be one person, dwelling, enterprise or household: the list on the left, the two sides with their evidence beside it. */
export function Review() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const entity = entities.find((one) => one === query.get('entity')) ?? 'person';
  const agency = query.get('agency');
  const asked = new URLSearchParams({ entity, limit: String(PAGE) });
  if (agency) asked.set('agency', agency);
  const queue = useAsk(`queue ${asked}`, (signal) => identity.queue(asked, signal));
  const pairs = queue.data?.pairs ?? [];
  const [picked, setPicked] = useState('');
  const [note, setNote] = useState('');
  const [last, setLast] = useState<number | null>(null);
  const { error, busy, attempt } = useAttempt();
  const noteRef = useRef<HTMLInputElement>(null);
  const at = Math.max(
    0,
    pairs.findIndex((pair) => keyOf(pair) === picked),
  );
  const pair = pairs[at];
  const move = (by: number): void => {
    const next = pairs[Math.min(pairs.length - 1, Math.max(0, at + by))];
    if (next) setPicked(keyOf(next));
  };
  const decide = (verdict: Verdict, remember = false) => {
    if (!pair) return;
    if (note.trim().length < 3) return noteRef.current?.focus();
    attempt(async () => {
      if (verdict === 'later') await identity.later(pair, note.trim());
      else setLast((await identity.decide(pair, verdict, note.trim(), remember)).decisionId);
      const next = pairs[at + 1] ?? pairs[at - 1];
      setPicked(next ? keyOf(next) : '');
      queue.again();
    });
  };
  const undo = () =>
    attempt(async () => {
      if (last === null) return;
      await identity.undo(last, note.trim().length >= 3 ? note.trim() : say('undo', 'zh'));
      setLast(null);
      queue.again();
    });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) {
        if (event.key === 'Escape' || event.key === 'Enter') target.blur();
        return;
      }
      const action: Record<string, () => void> = {
        s: () => decide('same'),
        d: () => decide('different'),
        l: () => decide('later'),
        n: () => noteRef.current?.focus(),
        ArrowDown: () => move(1),
        ArrowUp: () => move(-1),
      };
      const act = action[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  return (
    <Shell title={t('identity')}>
      <div className="choices identity-kinds" role="tablist">
        {entities.map((one: Entity) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === entity}
            onClick={() => navigate(withQuery({ entity: one, agency: null }))}
          >
            {say(one, lang)}
          </button>
        ))}
        <span className="hint">{say('keys', lang)}</span>
      </div>
      {queue.error && <Failure error={queue.error} retry={queue.again} />}
      {queue.data && <Agencies queue={queue.data} agency={agency} />}
      {queue.data && pairs.length === 0 && <p className="nothing">{say('none', lang)}</p>}
      {pair && (
        <div className="identity-desk">
          <ol className="identity-list" aria-label={say('pairs', lang)}>
            {pairs.map((one) => (
              <li key={keyOf(one)}>
                <button
                  type="button"
                  aria-current={one === pair}
                  onClick={() => setPicked(keyOf(one))}
                  title={one.later ?? undefined}
                >
                  <span>
                    {one.agency}
                    <br />
                    <span className="hint">{datasetOf(one)}</span>
                  </span>
                  <span className="hint">
                    {one.later === null ? weightText(one.weight) : say('later', lang)}
                  </span>
                </button>
              </li>
            ))}
          </ol>
          <div className="identity-pair">
            <PairView key={keyOf(pair)} pair={pair} note={note} />
            <div className="choices identity-verdict">
              <input
                ref={noteRef}
                value={note}
                onChange={(event) => setNote(event.target.value)}
                placeholder={say('note', lang)}
                aria-label={say('note', lang)}
                maxLength={500}
                size={36}
              />
              <button type="button" className="primary" disabled={busy} onClick={() => decide('same')}>
                {say('same', lang)} (S)
              </button>
              <button type="button" disabled={busy} onClick={() => decide('different')}>
                {say('different', lang)} (D)
              </button>
              <button type="button" disabled={busy} onClick={() => decide('later')}>
                {say('putOff', lang)} (L)
              </button>
              {entity === 'dwelling' && (
                <button type="button" disabled={busy} onClick={() => decide('same', true)}>
                  {say('same', lang)} + {say('remember', lang)}
                </button>
              )}
            </div>
          </div>
        </div>
      )}
      {error && <Failure error={error} />}
      {last !== null && (
        <p>
          <button type="button" disabled={busy} onClick={undo}>
            {say('undo', lang)} (№ {last})
          </button>
        </p>
      )}
    </Shell>
  );
}

/** The record's data set: agencies send several. */
const datasetOf = ({ a, b }: QueuedPair): string =>
  (/^(person|house|credit|household):/.test(a) ? b : a).split(':')[0] ?? '';
const weightText = (weight: number | null): string =>
  weight === null ? '' : `${weight > 0 ? '+' : ''}${weight.toFixed(1)}`;

/** How far each agency’s pairs are decided; picking one narrows the list. */
function Agencies({ queue, agency }: { queue: Queue; agency: string | null }) {
  const { lang } = useSettings();
  if (queue.agencies.length === 0) return null;
  return (
    <ul className="identity-agencies" aria-label={say('progress', lang)}>
      {queue.agencies.map((one) => {
        const all = one.waiting + one.later + one.decided;
        const isPicked = one.agency === agency;
        return (
          <li key={one.agency}>
            <button
              type="button"
              aria-pressed={isPicked}
              onClick={() => navigate(withQuery({ agency: isPicked ? null : one.agency }))}
            >
              <b>{one.agency}</b>
              <progress max={all} value={one.decided} />
              <span>
                {say('waiting', lang)} {one.waiting} · {say('later', lang)} {one.later} ·{' '}
                {say('decided', lang)} {one.decided}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
