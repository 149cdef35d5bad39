import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { collection } from './api.ts';

const groups = {
  day: ['按日', 'by day'],
  agency: ['按单位', 'by agency'],
  dataset: ['按数据集', 'by data set'],
} as const;
const titles = {
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
} as const;

const dayText = (instant: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(instant);

/** Collection by day, agency or data set; the last 30 days unless the address says otherwise. */
export function Statistics() {
  const { lang, t } = useSettings();
  const query = useQuery();
  const by = query.get('by') ?? 'day';
  const to = query.get('to') ?? dayText(Date.now());
  const from = query.get('from') ?? dayText(Date.now() - 29 * 86_400_000);
  const asked = new URLSearchParams({ by, from, to });
  const answer = useAsk(`${asked}`, (signal) => collection.statistics(asked, signal));
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
          label={t('collectionStatistics')}
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
          ]}
        />
      )}
    </section>
  );
}
