import './search.css';
import { useState } from 'react';
import { isReason, ReasonField } from '../pages/ReasonField.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { type Both, said } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { Link } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { type Found, searching, useWords } from './api.ts';

const LIMIT = 50;
const foundBy: Record<Found['foundBy'], Both> = {
  number: ['编号相符', 'number'],
  title_start: ['名称开头', 'title begins'],
  title: ['名称包含', 'in title'],
  text: ['内容包含', 'in text'],
};
/** Cases that have a page of their own, for those who work on them. */
const consoles: Record<string, string> = {
  application: 'applications',
  contract: 'contracts',
  complaint: 'complaints',
  breach_report: 'breach-reports',
};
const NOTHING = { found: [], hasMore: false, isPartial: false };

/** What the words in the top bar found; masked until a reason is given by one who may. */
export function Search() {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const words = useWords();
  const [entity, setEntity] = useState('');
  const [typed, setTyped] = useState('');
  const [revealed, setRevealed] = useState<{ words: string; reason: string } | null>(null);
  const reason = revealed?.words === words ? revealed.reason : undefined;
  const kinds = useAsk('search entities', searching.entities);
  const answer = useAsk(JSON.stringify([words, entity, reason ?? '']), (signal) =>
    words === ''
      ? Promise.resolve(NOTHING)
      : searching.ask(
          { words, limit: LIMIT, ...(entity ? { entities: [entity] } : {}), ...(reason ? { reason } : {}) },
          signal,
        ),
  );
  const nameOf = (one: string) => kinds.data?.entities.find((kind) => kind.entity === one)?.zh ?? one;
  const found = answer.data?.found ?? [];
  return (
    <Shell title={t('fullText')}>
      <div className="choices" role="group" aria-label={t('searchIn')}>
        {[{ entity: '', zh: t('searchAll') }, ...(kinds.data?.entities ?? [])].map((kind) => (
          <button
            key={kind.entity}
            type="button"
            aria-pressed={kind.entity === entity}
            onClick={() => setEntity(kind.entity)}
          >
            {kind.zh}
          </button>
        ))}
      </div>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {words === '' && <p className="hint">{t('searchBegin')}</p>}
      {words !== '' && found.length === 0 && !answer.busy && <p className="nothing">{t('searchNothing')}</p>}
      {answer.data?.isPartial && <p className="notice-line">{t('searchPartial')}</p>}
      <ol className="found" aria-label={t('searchFound')} aria-busy={answer.busy}>
        {found.map((one) => (
          <li key={`${one.entity} ${one.key}`} className="card" data-found={one.key}>
            <div>
              <span className="chip">{nameOf(one.entity)}</span> <b>{one.title || one.key}</b>{' '}
              <span className="hint">{said(foundBy[one.foundBy], lang)}</span>
              {consoles[one.entity] && me?.rights.includes('resources:read') && (
                <Link to={`/console?show=${consoles[one.entity]}&no=${encodeURIComponent(one.key)}`}>
                  {t('open')}
                </Link>
              )}
            </div>
            <dl>
              {one.parts.map(({ zh, value }) => (
                <div key={zh}>
                  <dt>{zh}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ol>
      {answer.data?.hasMore && <p className="hint">{t('searchMore')}</p>}
      {found.length > 0 && !reason && me?.rights.includes('personal:reveal') && (
        <div className="choices">
          <ReasonField value={typed} onChange={setTyped} />
          <button
            type="button"
            disabled={!isReason(typed) || typed.trim().length < 4}
            onClick={() => setRevealed({ words, reason: typed.trim() })}
          >
            {t('reveal')}
          </button>
        </div>
      )}
    </Shell>
  );
}
