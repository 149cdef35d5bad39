import './quality.css';
import { DataTable } from '../pages/DataTable.tsx';
import { Choices } from '../pages/Choices.tsx';
import { Failure, Shell } from '../pages/Shell.tsx';
import { useAsk } from '../pages/useAsk.ts';
import { Link, navigate, useQuery, withQuery } from '../router.tsx';
import { useSession } from '../session.tsx';
import { useSettings } from '../settings.tsx';
import { quality } from './api.ts';
import { Anomalies, Reconciliations } from './Findings.tsx';
import { Heatmap } from './Heatmap.tsx';
import { Intervals } from './Intervals.tsx';
import { Letters } from './Letters.tsx';
import { ScoreTrend } from './ScoreTrend.tsx';

const tabs = {
  scores: ['得分', 'Scores'],
  anomalies: ['异常', 'Anomalies'],
  reconciliations: ['对账', 'Reconciliation'],
  intervals: ['期限与归属', 'Gaps and overlaps'],
  letters: ['问题函', 'Letters'],
} as const;
type Tab = keyof typeof tabs;

/** How good the data of each agency is, day by day, down to the rows; and what is said to the agency about it. */
export function Quality() {
  const { t, lang } = useSettings();
  const query = useQuery();
  const index = lang === 'zh' ? 0 : 1;
  const asked = query.get('show');
  const tab: Tab = asked !== null && asked in tabs ? (asked as Tab) : 'scores';
  const [owner, dataset] = [query.get('owner'), query.get('dataset')];
  const filter = new URLSearchParams(owner ? { owner } : {});
  const { me } = useSession();
  const names = (Object.keys(tabs) as Tab[]).filter(
    (name) => name !== 'intervals' || me?.rights.includes('drill:read'),
  );
  const all = useAsk('scores', (signal) => quality.scores(new URLSearchParams(), signal));
  const datasets = (all.data?.datasets ?? []).filter((one) => !owner || one.owner === owner);
  return (
    <Shell title={t('quality')}>
      <div className="choices" role="group">
        <Choices
          names={names}
          chosen={tab}
          label={(name) => tabs[name][index]}
          onChoose={(show) => navigate(withQuery({ show, dataset: null, rule: null, offset: null }))}
        />
        {owner && (
          <button
            type="button"
            onClick={() => navigate(withQuery({ owner: null, dataset: null, offset: null }))}
          >
            {owner} ✕
          </button>
        )}
      </div>
      {all.error && <Failure error={all.error} retry={all.again} />}
      {tab === 'scores' && all.data && !dataset && (
        <>
          {!owner && (
            <Heatmap
              label={t('qualityOwners')}
              title={lang === 'zh' ? '责任单位' : 'Agency'}
              rows={all.data.owners}
              nameOf={(one) => one.owner}
              onPick={(one) => navigate(withQuery({ owner: one.owner }))}
            />
          )}
          <Trend query={filter} />
          <Heatmap
            label={t('qualityDatasets')}
            title={lang === 'zh' ? '数据集' : 'Data set'}
            rows={datasets}
            nameOf={(one) => one.zh}
            codeOf={(one) => one.dataset}
            onPick={(one) => navigate(withQuery({ dataset: one.dataset }))}
          />
        </>
      )}
      {tab === 'scores' && dataset && (
        <Fields dataset={dataset} zh={all.data?.datasets.find((one) => one.dataset === dataset)?.zh} />
      )}
      {tab === 'anomalies' && <Anomalies query={filter} />}
      {tab === 'reconciliations' && <Reconciliations />}
      {tab === 'intervals' && <Intervals owner={owner} />}
      {tab === 'letters' && <Letters owners={(all.data?.owners ?? []).map((one) => one.owner)} />}
    </Shell>
  );
}

function Trend({ query }: { query: URLSearchParams }) {
  const answer = useAsk(`trend ${query}`, (signal) => quality.trend(query, signal));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  return <ScoreTrend days={answer.data?.days ?? []} />;
}

function Fields({ dataset, zh }: { dataset: string; zh: string | undefined }) {
  const { t, lang } = useSettings();
  const { me } = useSession();
  const query = useQuery();
  const [field, rule] = [query.get('field'), query.get('rule')];
  const answer = useAsk(`fields ${dataset}`, (signal) => quality.fields(dataset, signal));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  if (!answer.data) return <p className="nothing">{t('loading')}</p>;
  const maySeeRows = me?.rights.includes('quarantine:repair') ?? false;
  const titles = {
    field: ['字段', 'Field'],
    rule: ['规则', 'Rule'],
    marked: ['标记', 'Marked'],
    quarantined: ['隔离', 'Quarantined'],
  };
  return (
    <>
      <h2>
        {zh === undefined ? dataset : `${zh}（${dataset}）`}{' '}
        <Link to={`/catalog?of=dataset&name=${encodeURIComponent(dataset)}`}>{t('catalog')}</Link>
      </h2>
      <Heatmap
        label={t('qualityFields')}
        title={lang === 'zh' ? '字段' : 'Field'}
        rows={answer.data.fields}
        nameOf={(one) => one.column || (lang === 'zh' ? '整行' : 'Whole row')}
      />
      <h2>{t('qualityRules')}</h2>
      <DataTable
        label={t('qualityRules')}
        columns={Object.entries(titles).map(([name, both]) => ({
          name,
          title: both[lang === 'zh' ? 0 : 1] ?? '',
          isFigure: name === 'marked' || name === 'quarantined',
        }))}
        rows={answer.data.rules.map((one) => ({ ...one }))}
        onPick={
          maySeeRows
            ? (row) => navigate(withQuery({ field: String(row['field']) || null, rule: String(row['rule']) }))
            : undefined
        }
      />
      {maySeeRows && rule && <BadRows dataset={dataset} field={field} rule={rule} />}
    </>
  );
}

function BadRows({ dataset, field, rule }: { dataset: string; field: string | null; rule: string }) {
  const { t } = useSettings();
  const query = new URLSearchParams({ dataset, rule, ...(field ? { field } : {}) });
  const answer = useAsk(`rows ${query}`, (signal) => quality.rows(query, signal));
  if (answer.error) return <Failure error={answer.error} retry={answer.again} />;
  const rows = answer.data?.rows ?? [];
  const columns = Object.keys(rows[0] ?? {}).map((name) => ({ name, title: name }));
  return (
    <section>
      <h2>{t('qualityRows')}</h2>
      <DataTable label={t('qualityRows')} columns={columns} rows={rows} />
    </section>
  );
}
