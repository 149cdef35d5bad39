import { useEffect, useState } from 'react';
import { Link } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { useOverviewState } from './context.ts';
import { IconRetry, LevelMark } from './icons.tsx';
import { drillPath } from './overview.ts';

const AT_ONCE = 3;
const TURN_MS = 6000;

/** The newest alerts, three at a time; stands still under the pointer, under focus, and for those who want no motion. */
export function Ticker() {
  const { focus, snapshot, refresh } = useOverviewState();
  const { t, lang } = useSettings();
  const [turn, setTurn] = useState(0);
  const [held, setHeld] = useState(false);
  const alerts = snapshot?.alerts;
  const rows = alerts?.rows ?? [];
  const turns = Math.max(1, Math.ceil(rows.length / AT_ONCE));

  useEffect(() => {
    if (held || turns < 2 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const timer = window.setInterval(() => {
      if (!document.hidden) setTurn((n) => n + 1);
    }, TURN_MS);
    return () => window.clearInterval(timer);
  }, [held, turns]);

  const at = turn % turns;
  return (
    <footer
      className="ticker"
      data-panel="ticker"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Link to={drillPath('violation_cnt', focus)} className="ticker-head">
        {t('ticker')} <b>{alerts ? alerts.total : '—'}</b>
      </Link>
      {alerts?.problem && (
        <button type="button" className="old-badge" title={alerts.problem.message} onClick={refresh}>
          <IconRetry /> {rows.length > 0 ? t('oldValue') : t('failed')}
        </button>
      )}
      <ul key={at}>
        {rows.length === 0 && alerts && !alerts.problem && (
          <li className="ticker-none">{t('noViolations')}</li>
        )}
        {rows.slice(at * AT_ONCE, at * AT_ONCE + AT_ONCE).map((row) => (
          <li key={row.violationId}>
            <Link
              to={drillPath('violation_cnt', focus, { rule: row.rule })}
              title={`${row.ruleZh} · ${row.place} · ${row.since}\n${row.summaryZh}`}
            >
              <LevelMark level={row.level} />
              <em className={`level-text-${row.level}`}>{t(row.level)}</em>
              <span>
                {row.ruleZh} · {row.place} · {row.summaryZh}
              </span>
              <time dateTime={row.since}>{row.since.slice(lang === 'zh' ? 5 : 0, 10)}</time>
            </Link>
          </li>
        ))}
      </ul>
      <span className="ticker-turn" aria-hidden="true">
        {at + 1} / {turns}
      </span>
    </footer>
  );
}
