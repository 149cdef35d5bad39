import { call } from '../api/client.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { columnsOf, DataTable, type Row } from './DataTable.tsx';
import { Failure, Shell } from './Shell.tsx';
import { useAsk } from './useAsk.ts';

const tabs = ['deliveries', 'runs', 'quality'] as const;
type Tab = (typeof tabs)[number];

/** Titles of the fields these answers have; what is not listed keeps its own name. */
const zh: Record<string, string> = {
  deliveryId: '交付编号',
  batchId: '批次',
  dataset: '数据集',
  source: '来源',
  fileName: '文件',
  bytes: '字节',
  encoding: '编码',
  businessDate: '业务日期',
  receivedAt: '接收时间',
  loadedAt: '装载时间',
  state: '状态',
  refusal: '拒收原因',
  landed: '接收行',
  loaded: '装载行',
  quarantined: '隔离行',
  deduplicated: '重复行',
  deleted: '删除行',
  runId: '运行',
  startedAt: '开始',
  finishedAt: '结束',
  asOf: '数据截至',
  step: '步骤',
  model: '模型',
  rows: '行数',
  seconds: '耗时(秒)',
  test: '检查',
  severity: '级别',
  failures: '失败数',
  error: '错误',
};

const paths: Record<Tab, string> = {
  deliveries: '/api/deliveries',
  runs: '/api/runs',
  quality: '/api/quality',
};

/** The list in an answer: each of these calls answers one object holding one list. */
function listIn(answer: Record<string, unknown>): Row[] {
  const list = Object.values(answer).find(Array.isArray);
  return (list ?? []) as Row[];
}

function RunSteps({ id }: { id: string }) {
  const { lang, t } = useSettings();
  const run = useAsk(id, (signal) =>
    call<{ steps: Row[] }>(`/api/runs/${encodeURIComponent(id)}`, { signal }),
  );
  if (run.error) return <Failure error={run.error} retry={run.again} />;
  if (!run.data) return <p className="nothing">{t('loading')}</p>;
  const steps = run.data.steps;
  return (
    <section>
      <h2>
        {t('runs')} {id}
      </h2>
      <DataTable label={id} columns={columnsOf(steps, lang === 'zh' ? zh : {})} rows={steps} />
    </section>
  );
}

/** What arrived, what ran, and what the checks found. */
export function Runs() {
  const { lang, t } = useSettings();
  const query = useQuery();
  const tab = tabs.find((one) => one === query.get('show')) ?? 'deliveries';
  const run = query.get('run');
  const answer = useAsk(tab, (signal) => call<Record<string, unknown>>(paths[tab], { signal }));
  const rows = answer.data ? listIn(answer.data) : [];
  const open = (row: Row) => navigate(withQuery({ run: String(row['runId'] ?? row['id'] ?? '') }));
  return (
    <Shell title={t('runs')}>
      <div className="choices" role="group">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === tab}
            onClick={() => navigate(withQuery({ show: one, run: null }))}
          >
            {t(`tab_${one}`)}
          </button>
        ))}
        <button type="button" onClick={answer.again} disabled={answer.busy}>
          {t('refresh')}
        </button>
      </div>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {answer.data && (
        <DataTable
          label={t(`tab_${tab}`)}
          columns={columnsOf(rows, lang === 'zh' ? zh : {})}
          rows={rows}
          onPick={tab === 'runs' ? open : undefined}
        />
      )}
      {tab === 'runs' && run && <RunSteps id={run} />}
    </Shell>
  );
}
