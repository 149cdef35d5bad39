import { say, shareOf } from '../format.ts';
import { Link, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { answerOf, useOverviewState } from './context.ts';
import { CITY } from './divisions.ts';
import { MetricTabs, useAreaMetric } from './MapPanel.tsx';
import { drillPath, rankAnswerId, rankDimension } from './overview.ts';
import { Panel } from './Panel.tsx';

const ROWS = 10;

/** The ten streets (or communities) that need attention most; a row leads there. */
export function RankingPanel() {
  const { focus, tree, snapshot } = useOverviewState();
  const { lang, palette, t } = useSettings();
  const area = useAreaMetric('rank');
  const id = rankAnswerId(focus, area.metric);
  const answer = answerOf(snapshot, id);
  const dimension = rankDimension(focus);
  const worstFirst = area.better === 'lower' ? -1 : 1;
  const rows = answer.rows
    .filter((row) => row.value !== null)
    .sort((a, b) => worstFirst * ((a.value ?? 0) - (b.value ?? 0)))
    .slice(0, ROWS);
  const longest = Math.max(...rows.map((row) => row.value ?? 0), Number.EPSILON);
  return (
    <Panel name="ranking" title={t('ranking')} uses={[id]}>
      <div className="column">
        <MetricTabs field="rank" label={t('ranking')} />
        <ol className="ranking">
          {rows.map((row, i) => {
            const code = row.keys[dimension] ?? '';
            const share = shareOf(row, answer.unit, lang);
            const above = tree.get(tree.get(code)?.parentCode ?? '');
            return (
              <li key={code}>
                <Link to={withQuery({ at: code })} className="ranking-place">
                  <i className={i < 3 ? 'top' : ''}>{i + 1}</i>
                  <span className="ranking-name">
                    {row.labels[dimension] ?? tree.name(code)}
                    {focus.level === 'city' && above && <small>{above.name}</small>}
                  </span>
                </Link>
                <Link
                  to={drillPath(area.metric, CITY, { [dimension]: code })}
                  className="ranking-value"
                  title={share}
                >
                  <span className="ranking-bar">
                    <u
                      style={{
                        width: `${((row.value ?? 0) / longest) * 100}%`,
                        background: i < 3 ? palette.orange : palette.main,
                      }}
                    />
                  </span>
                  <b>{say(row.value, answer.unit, lang)}</b>
                </Link>
              </li>
            );
          })}
        </ol>
      </div>
    </Panel>
  );
}
