import { monthLabel, movement, say, shareOf, show } from '../format.ts';
import { goalFor, goalText, judge } from '../goals/judge.ts';
import { Link } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { answerOf, lastRow, useOverviewState } from './context.ts';
import { FlipNumber } from './FlipNumber.tsx';
import { drillPath, ids, type KpiSpec } from './overview.ts';

interface TrendProps {
  label: string;
  now: number | null;
  before: number | null | undefined;
  unit: string;
  better: KpiSpec['better'];
}

/** 同比/环比: an arrow for the direction, a colour for whether that is good. */
function Trend({ label, now, before, unit, better }: TrendProps) {
  const { t } = useSettings();
  const moved = movement(now, before, unit);
  if (!moved) {
    return (
      <span className="kpi-trend">
        {label} <b>—</b>
      </span>
    );
  }
  const flat = Math.abs(moved.amount) < 0.05;
  const good = moved.amount > 0 === (better === 'higher');
  const mood = flat || better === 'neutral' ? '' : good ? 'good' : 'bad';
  const arrow = flat ? '＝' : moved.amount > 0 ? '▲' : '▼';
  return (
    <span className={`kpi-trend ${mood}`}>
      {label}{' '}
      <b>
        {arrow} {Math.abs(moved.amount).toFixed(1)}
        {moved.points ? ` ${t('points')}` : '%'}
      </b>
    </span>
  );
}

/** One head number: value, unit, year-on-year, month-on-month, and the way to its records. */
export function Kpi({ spec }: { spec: KpiSpec }) {
  const { focus, snapshot, pending, metrics } = useOverviewState();
  const { lang, t } = useSettings();
  const answer = answerOf(snapshot, ids.kpi(spec.metric));
  const row = lastRow(answer);
  const shown = show(row?.value, answer.unit, lang, spec.noun[lang]);
  const month = spec.monthly ? row?.period : undefined;
  const share = shareOf(row, answer.unit, lang);
  const metric = goalFor(metrics.get(spec.metric), focus.level === 'city');
  const goal = metric && goalText(metric, lang);
  return (
    <Link
      to={drillPath(spec.metric, focus, month ? { period: month, grain: 'month' } : {})}
      className={`kpi ${judge(row?.value, metric)}`.trim()}
      title={
        [share && `${t('share')}: ${share}`, goal, answer.problem?.message].filter(Boolean).join('\n') ||
        undefined
      }
    >
      <span className="kpi-name">
        {spec.name[lang]}
        {month && <small>{monthLabel(month, lang)}</small>}
        {answer.problem && <em className="old-mark">{answer.stale ? t('oldValue') : t('failed')}</em>}
      </span>
      <span className="kpi-value" data-kpi={spec.metric} data-pending={pending || undefined}>
        {snapshot ? <FlipNumber text={shown.text} /> : <span className="skeleton" />}
        <small>{shown.unit}</small>
        {metric?.target !== undefined && (
          <small className="kpi-target">
            {t('target')} {say(metric.target, metric.unit, lang)}
          </small>
        )}
      </span>
      <span className="kpi-trends">
        <Trend
          label={t('yoy')}
          now={row?.value ?? null}
          before={row?.yoy?.value}
          unit={answer.unit}
          better={spec.better}
        />
        <Trend
          label={t('pop')}
          now={row?.value ?? null}
          before={row?.pop?.value}
          unit={answer.unit}
          better={spec.better}
        />
      </span>
    </Link>
  );
}
