import { useSettings } from '../settings.tsx';
import type { Pair } from './api.ts';
import { comparisonWord, eventWord, levelWord, ruleWord, say } from './words.ts';

/** What each rule says of the pair, what people decided of either side, and what moved. */
export function Account({ pair: { rules, decisions, events } }: { pair: Pair }) {
  const { lang } = useSettings();
  return (
    <>
      {rules.length > 0 && (
        <ul className="identity-account" aria-label={say('rules', lang)}>
          {rules.map(({ rule, holds, failed }) => (
            <li key={rule}>
              <b>{ruleWord(rule, lang)}</b>{' '}
              {holds
                ? say('holds', lang)
                : `${say('fails', lang)}${failed
                    .map(
                      ({ comparison, level }) =>
                        `${comparisonWord(comparison, lang)} ${levelWord(level, lang)}`,
                    )
                    .join(lang === 'zh' ? '；' : '; ')}`}
            </li>
          ))}
        </ul>
      )}
      {decisions.length + events.length > 0 && (
        <details className="identity-account">
          <summary>
            {say('past', lang)} ({decisions.length + events.length})
          </summary>
          <ul>
            {decisions.map(({ decisionId, verdict, author, reason, undoneBy }) => (
              <li key={decisionId}>
                № {decisionId} {say(verdict, lang)} · {author} · {reason}
                {undoneBy !== null && ` · ${say('undone', lang)} ${undoneBy}`}
              </li>
            ))}
            {events.map(({ eventId, kind, fromId, toId, records, author }) => (
              <li key={`event ${eventId}`}>
                {eventWord(kind, lang)} {fromId || '—'} → {toId || '—'} · {records.length}{' '}
                {say('records', lang)} · {author}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
