import { useState } from 'react';
import { Failure } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { useAttempt } from '../pages/useAttempt.ts';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { Account } from './Account.tsx';
import { identity, type Pair, type PairField, type QueuedPair } from './api.ts';
import { becauseWord, levelWord, ruleWord, say, weightWord } from './words.ts';

/** Longest bar of the evidence, in log2 of the odds. */
const FULL = 16;

/** The two sides field by field; what each comparison says, for and against; why it is in doubt. */
export function PairView({ pair, note }: { pair: QueuedPair; note: string }) {
  const { lang, t } = useSettings();
  const { me } = useSession();
  const asked = useAsk(`pair ${pair.entity} ${pair.a} ${pair.b}`, (signal) => identity.pair(pair, signal));
  const [revealed, setRevealed] = useState<Pair | null>(null);
  const { error, busy, attempt } = useAttempt();
  const shown = revealed ?? asked.data;
  if (asked.error) return <Failure error={asked.error} retry={asked.again} />;
  if (!shown) return <p className="hint">{t('loading')}</p>;
  const told = shown.fields.filter(({ a, b }) => a !== '' || b !== '');
  const hasMask = told.some(({ isMasked }) => isMasked);
  const valueOf = ({ name }: PairField, value: string): string =>
    name === 'how' ? ruleWord(value, lang) : value;
  const title = ({ dataset, records }: Pair['a']): string =>
    dataset === ''
      ? `${say('known', lang)} · ${records} ${say('records', lang)}`
      : `${say('record', lang)} · ${dataset}`;
  return (
    <>
      <div className="table-box">
        <table aria-label={say('evidence', lang)}>
          <thead>
            <tr>
              <th scope="col">{say('field', lang)}</th>
              <th scope="col">{title(shown.a)}</th>
              <th scope="col">{title(shown.b)}</th>
              <th scope="col">{say('agreement', lang)}</th>
              {shown.sum && <th scope="col">{say('evidence', lang)}</th>}
            </tr>
          </thead>
          <tbody>
            {told.map((field) => (
              <tr key={field.name} className={`agrees-${toneOf(field)}`}>
                <th scope="row">{field.zh}</th>
                <td>{valueOf(field, field.a) || '—'}</td>
                <td>{valueOf(field, field.b) || '—'}</td>
                <td>{levelWord(field.level, lang)}</td>
                {shown.sum && (
                  <td>
                    <Weight weight={field.level === 'not known' ? null : field.weight} />
                  </td>
                )}
              </tr>
            ))}
            {shown.sum && (
              <tr>
                <th scope="row">{say('prior', lang)}</th>
                <td colSpan={3} />
                <td>
                  <Weight weight={shown.sum.prior} />
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <p className="identity-because">
        {shown.sum && (
          <b>
            {say('chance', lang)} {(shown.sum.chance * 100).toFixed(1)} %
          </b>
        )}{' '}
        {becauseWord(shown.because, lang)}
      </p>
      <Account pair={shown} />
      {hasMask && me?.rights.includes('personal:reveal') && (
        <button
          type="button"
          disabled={busy || note.trim().length < 3}
          onClick={() => attempt(async () => setRevealed(await identity.reveal(pair, note.trim())))}
        >
          {say('reveal', lang)}
        </button>
      )}
      {error && <Failure error={error} />}
    </>
  );
}

const toneOf = ({ weight, level }: PairField): 'for' | 'against' | 'silent' => {
  if (weight !== null) return weight > 0.5 ? 'for' : weight < -0.5 ? 'against' : 'silent';
  return level === 'equal' ? 'for' : level === 'different' ? 'against' : 'silent';
};

/** A bar from the middle: to the right what speaks for one, to the left what speaks against. */
function Weight({ weight }: { weight: number | null }) {
  const { lang } = useSettings();
  if (weight === null) return <span className="hint">—</span>;
  const share = (Math.min(FULL, Math.abs(weight)) / FULL) * 50;
  return (
    <span className="identity-weight" title={`${weight > 0 ? '+' : ''}${weight.toFixed(1)}`}>
      <span className="identity-bar" aria-hidden="true">
        <i
          className={weight >= 0 ? 'for' : 'against'}
          style={weight >= 0 ? { left: '50%', width: `${share}%` } : { right: '50%', width: `${share}%` }}
        />
      </span>
      {weightWord(weight, lang)}
    </span>
  );
}
