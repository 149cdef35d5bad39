import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import type { Both } from '../pages/titles.ts';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import type { TextKey } from '../texts.ts';
import { collection, type PeriodFigures } from './api.ts';

interface View {
  label: TextKey;
  ask: (query: URLSearchParams, signal: AbortSignal) => Promise<PeriodFigures>;
  groups: Readonly<Record<string, Both>>;
  titles: Readonly<Record<string, Both>>;
}

/** What was fetched (V-3, 002:6749), and what went to others and came from them (V-1, V-2; 002:6741-6745). */
const views = {
  collected: {
    label: 'collectionStatistics',
    ask: collection.statistics,
    groups: {
      day: ['按日', 'by day'],
      agency: ['按单位', 'by agency'],
      dataset: ['按数据集', 'by data set'],
    },
    titles: {
      key: ['', ''],
      runs: ['执行', 'Runs'],
      failedRuns: ['失败', 'Failed'],
      requested: ['请求', 'Requested'],
      returned: ['返回', 'Returned'],
      deliveries: ['文件', 'Files'],
      refused: ['拒收', 'Refused'],
      landed: ['接收行', 'Landed'],
      loaded: ['装载行', 'Loaded'],
      quarantined: ['隔离行', 'Quarantined'],
      deduplicated: ['重复行', 'Deduplicated'],
    },
  },
  exchanged: {
    label: 'exchangeStatistics',
    ask: collection.exchange,
    groups: {
      day: ['按日', 'by day'],
      week: ['按周', 'by week'],
      month: ['按月', 'by month'],
      receiver: ['按对方', 'by receiver'],
      package: ['按数据包', 'by package'],
    },
    titles: {
      key: ['', ''],
      pushed: ['推送', 'Pushed'],
      received: ['已回执', 'Receipted'],
      outstanding: ['未回执', 'No receipt yet'],
      receivedShare: ['回执率(%)', 'Receipted (%)'],
      pushedRows: ['推送行', 'Rows pushed'],
      pushedBytes: ['推送字节', 'Bytes pushed'],
      taken: ['接收', 'Taken in'],
      unfinished: ['未完成接收', 'Not taken in to the end'],
      takenRows: ['接收行', 'Rows taken in'],
    },
  },
} as const satisfies Record<string, View>;
export type StatisticsOf = keyof typeof views;

/** Shares are of what a row says; nothing pushed has none. */
const withShare = (row: Record<string, unknown>): Record<string, unknown> => {
  const pushed = Number(row['pushed'] ?? 0);
  return pushed === 0
    ? row
    : { ...row, receivedShare: ((100 * Number(row['received'])) / pushed).toFixed(1) };
};

const dayText = (instant: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(instant);

/** Figures of a period by what the view offers; the last 30 days unless the address says otherwise. */
export function Statistics({ of }: { of: StatisticsOf }) {
  const { label, ask, groups, titles }: View = views[of];
  const { lang, t } = useSettings();
  const query = useQuery();
  const by = Object.keys(groups).find((name) => name === query.get('by')) ?? 'day';
  const to = query.get('to') ?? dayText(Date.now());
  const from = query.get('from') ?? dayText(Date.now() - 29 * 86_400_000);
  const asked = new URLSearchParams({ by, from, to });
  const answer = useAsk(`${of} ${asked}`, (signal) => ask(asked, signal));
  const index = lang === 'zh' ? 0 : 1;
  return (
    <section>
      <div className="choices" role="group">
        {Object.entries(groups).map(([name, both]) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === by}
            onClick={() => navigate(withQuery({ by: name }))}
          >
            {both[index]}
          </button>
        ))}
        <input
          type="date"
          aria-label="from"
          value={from}
          onChange={(event) => navigate(withQuery({ from: event.target.value }))}
        />
        <input
          type="date"
          aria-label="to"
          value={to}
          onChange={(event) => navigate(withQuery({ to: event.target.value }))}
        />
      </div>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {answer.data && (
        <DataTable
          label={t(label)}
          columns={Object.entries(titles).map(([name, both]) => ({
            name,
            title: both[index],
            isFigure: name !== 'key',
          }))}
          rows={[
            ...answer.data.rows,
            ...(answer.data.rows.length > 0
              ? [{ ...answer.data.total, key: lang === 'zh' ? '合计' : 'Total' }]
              : []),
            ...(answer.data.previous
              ? [{ ...answer.data.previous, key: lang === 'zh' ? '上一同长时段' : 'The period before' }]
              : []),
          ].map(withShare)}
        />
      )}
    </section>
  );
}
