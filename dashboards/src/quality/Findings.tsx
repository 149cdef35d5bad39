import { DataTable } from '../pages/DataTable.tsx';
import { Failure } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { useSettings } from '../settings.tsx';
import { quality } from './api.ts';

const kinds: Record<string, readonly [string, string]> = {
  volume: ['数据量', 'Volume'],
  freshness: ['时效', 'Freshness'],
  lateness: ['更新逾期', 'Past its limit'],
  distribution: ['分布', 'Distribution'],
};

/** Days and deliveries outside what is usual, each with its reason. */
export function Anomalies({ query }: { query: URLSearchParams }) {
  const { lang, t } = useSettings();
  const index = lang === 'zh' ? 0 : 1;
  const answer = useAsk(`anomalies ${query}`, (signal) => quality.anomalies(query, signal));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return <p className="nothing">{t('loading')}</p>;
  const titles = {
    day: ['日期', 'Day'],
    kindText: ['类别', 'Kind'],
    owner: ['责任单位', 'Agency'],
    dataset: ['数据集', 'Data set'],
    explanation: ['说明', 'Explanation'],
  };
  return (
    <DataTable
      label={t('qualityAnomalies')}
      columns={Object.entries(titles).map(([name, both]) => ({ name, title: both[index] ?? '' }))}
      rows={answer.data.anomalies.map((one) => ({ ...one, kindText: kinds[one.kind]?.[index] ?? one.kind }))}
    />
  );
}

/** Control totals of two systems, period by period. */
export function Reconciliations() {
  const { lang, t } = useSettings();
  const index = lang === 'zh' ? 0 : 1;
  const answer = useAsk('reconciliations', (signal) => quality.reconciliations(signal));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return <p className="nothing">{t('loading')}</p>;
  const titles = {
    period: ['期间', 'Period'],
    left: ['左方', 'Left'],
    right: ['右方', 'Right'],
    difference: ['差额', 'Difference'],
    tolerance: ['容差', 'Tolerance'],
    stateText: ['结论', 'Verdict'],
  };
  return (
    <>
      {answer.data.reconciliations.map((one) => (
        <section key={one.name}>
          <h2>{one.zh}</h2>
          <p>
            {one.left.zh}（{one.left.owner}） ↔ {one.right.zh}（{one.right.owner}）
          </p>
          <DataTable
            label={one.zh}
            columns={Object.entries(titles).map(([name, both]) => ({
              name,
              title: both[index] ?? '',
              isFigure: name !== 'period' && name !== 'stateText',
            }))}
            rows={one.periods.map((each) => ({
              ...each,
              ...{ left: each.left.toLocaleString(), right: each.right.toLocaleString() },
              difference: each.difference.toLocaleString(),
              tolerance: each.tolerance.toLocaleString(),
              stateText: each.state === 'agrees' ? ['相符', 'Agrees'][index] : ['不符', 'Differs'][index],
            }))}
          />
          {one.periods.some(({ state }) => state === 'differs') && <p>{one.explanation}</p>}
        </section>
      ))}
    </>
  );
}
