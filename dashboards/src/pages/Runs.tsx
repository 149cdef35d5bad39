import { call } from '../api/client.ts';
import { instant } from '../format.ts';
import { navigate, useQuery, withQuery } from '../router.tsx';
import { useSettings } from '../settings.tsx';
import { Certificate } from './Certificate.tsx';
import { Choices } from './Choices.tsx';
import { DataTable, type Row } from './DataTable.tsx';
import { Failure, Shell } from './Shell.tsx';
import { useAsk } from './useAsk.ts';

const tabs = ['deliveries', 'runs', 'quality'] as const;
type Tab = (typeof tabs)[number];

/** The fields worth a column, in order, with their Chinese titles; identifiers and what never varies are left out. */
const columns = {
  deliveries: {
    receivedAt: '接收时间',
    dataset: '数据集',
    fileName: '文件',
    businessDate: '业务日期',
    state: '状态',
    landed: '接收行',
    loaded: '装载行',
    quarantined: '隔离行',
    deduplicated: '重复行',
    bytes: '字节',
    encoding: '编码',
    refusal: '拒收原因',
  },
  runs: {
    runId: '运行',
    kind: '类型',
    state: '状态',
    asOf: '数据截至',
    startedAt: '开始',
    finishedAt: '结束',
    seconds: '耗时(秒)',
  },
  quality: {
    model: '模型',
    test: '检查',
    severity: '级别',
    state: '结果',
    failures: '失败数',
    checkedAt: '检查时间',
  },
  steps: { step: '步骤', state: '状态', rows: '行数', startedAt: '开始', seconds: '耗时(秒)', error: '错误' },
} satisfies Record<Tab | 'steps', Record<string, string>>;

const words: Record<string, string> = {
  loaded: '已装载',
  repeat: '重复文件',
  refused: '拒收',
  received: '已接收',
  loading: '装载中',
  running: '运行中',
  succeeded: '成功',
  failed: '失败',
  built: '已更新',
  skipped: '无变化',
  blocked: '被阻断',
  passed: '通过',
  warned: '告警',
  error: '阻断级',
  warn: '提示级',
};

const figures = new Set([
  'landed',
  'loaded',
  'quarantined',
  'deduplicated',
  'bytes',
  'rows',
  'failures',
  'seconds',
]);

/** A row as people read it: instants on this clock, states in words, the time between start and end. */
function readable(row: Row, lang: 'zh' | 'en'): Row {
  const shown: Row = { ...row };
  const { startedAt, finishedAt } = row;
  if (typeof startedAt === 'string' && typeof finishedAt === 'string')
    shown['seconds'] = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'number') shown[name] = value.toLocaleString();
    if (typeof value !== 'string') continue;
    if (name.endsWith('At')) shown[name] = instant(value);
    if (lang === 'zh' && (name === 'state' || name === 'severity')) shown[name] = words[value] ?? value;
  }
  return shown;
}

function Table({
  label,
  kind,
  rows,
  onPick,
}: {
  label: string;
  kind: Tab | 'steps';
  rows: Row[];
  onPick?: (row: Row) => void;
}) {
  const { lang } = useSettings();
  const titled = Object.entries(columns[kind]).map(([name, zh]) => ({
    name,
    title: lang === 'zh' ? zh : name,
    isFigure: figures.has(name),
  }));
  return (
    <DataTable label={label} columns={titled} rows={rows.map((row) => readable(row, lang))} onPick={onPick} />
  );
}

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
  const { t } = useSettings();
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
      <Table label={id} kind="steps" rows={steps} />
    </section>
  );
}

/** What arrived, what ran, and what the checks found. */
export function Runs() {
  const { t } = useSettings();
  const query = useQuery();
  const tab = tabs.find((one) => one === query.get('show')) ?? 'deliveries';
  const run = query.get('run');
  const delivery = query.get('delivery');
  const answer = useAsk(tab, (signal) => call<Record<string, unknown>>(paths[tab], { signal }));
  const rows = answer.data ? listIn(answer.data) : [];
  const open: Partial<Record<Tab, (row: Row) => void>> = {
    deliveries: (row) => navigate(withQuery({ delivery: String(row['deliveryId']) })),
    runs: (row) => navigate(withQuery({ run: String(row['runId']) })),
  };
  return (
    <Shell title={t('runs')}>
      <div className="choices" role="group">
        <Choices
          names={tabs}
          chosen={tab}
          label={(one) => t(`tab_${one}`)}
          onChoose={(one) => navigate(withQuery({ show: one, run: null, delivery: null }))}
        />
        <button type="button" onClick={answer.again} disabled={answer.busy}>
          {t('refresh')}
        </button>
      </div>
      {answer.error && <Failure error={answer.error} retry={answer.again} />}
      {tab === 'deliveries' && delivery && <Certificate delivery={delivery} />}
      {answer.data && <Table label={t(`tab_${tab}`)} kind={tab} rows={rows} onPick={open[tab]} />}
      {tab === 'runs' && run && <RunSteps id={run} />}
    </Shell>
  );
}
