/** What an agency's deliveries of a period showed against their contracts (来源变化), as the letter to it says. */
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { datasetId } from '../../ingestion/contract.ts';
import type { Platform } from '../../warehouse/platform.ts';

export interface DriftTold {
  dataset: string;
  zh: string;
  column: string;
  /** What changed, what was done about it, and what is expected: in Chinese. No value of the data. */
  text: string;
  /** Deliveries of the period that show it. */
  deliveries: number;
  /** Business date of the first of them, YYYY-MM-DD. */
  since: string;
}

const MOST_TOLD = 60;

const CHANGES: Record<string, (column: string, share: number) => string> = {
  new_column: (column) => `新增契约中没有的列“${column}”`,
  missing_column: (column) => `缺少列“${column}”`,
  unknown_table: () => '报送了数据契约中没有的表',
  failing_values: (column, share) => `列“${column}”有 ${(100 * share).toFixed(1)}% 的取值不合规则`,
};
/** By change and policy, else by policy. */
const DONE: Record<string, string> = {
  ...{ note: '该列未入库', 'new_column evolve': '该列按原文入库', evolve: '不合规则的取值已标记' },
  ...{ 'missing_column note': '该列按空值入库', 'missing_column evolve': '该列按空值入库' },
  ...{
    'unknown_table quarantine': '全部行已隔离待接收',
    'missing_column quarantine': '该次报送的行已全部隔离',
  },
  ...{ freeze: '该次报送被拒收', refused: '该次报送被拒收', quarantine: '有关的行已隔离' },
};
/** Behind what was done, where the contract says so of the column by name. */
const BY_NAME = '（契约对该列的专门约定）';
const ANSWERED: Record<string, string> = {
  open: '请说明变更原因',
  accepted: '已纳入数据契约',
  rejected: '未予接受，请按原约定报送',
};

/** By data set and column; what most deliveries show first. */
export async function driftTold(
  { store }: Pick<Platform, 'store'>,
  contracts: Contracts,
  { owner, from, to }: { owner: string; from: string; to: string },
): Promise<DriftTold[]> {
  const owned = new Map(
    contracts.all.filter((one) => one.owner === owner).map((one) => [datasetId(one), one.zh]),
  );
  if (owned.size === 0) return [];
  const rows = await store.db
    .selectFrom('drift_report')
    .innerJoin('drift_delivery', 'drift_delivery.drift_id', 'drift_report.drift_id')
    .innerJoin('delivery', 'delivery.delivery_id', 'drift_delivery.delivery_id')
    .select(['drift_report.dataset', 'column_name', 'change', 'policy', 'is_named'])
    .select(['drift_report.state', 'share'])
    .select(({ fn }) => [
      fn.countAll<string>().as('deliveries'),
      fn.min('delivery.business_date').as('since'),
    ])
    .where('drift_report.dataset', 'in', [...owned.keys()])
    .where('business_date', '>=', from)
    .where('business_date', '<=', to)
    .where('delivery.state', '!=', 'withdrawn')
    .groupBy('drift_report.drift_id')
    .orderBy('deliveries', 'desc')
    .orderBy('drift_report.dataset')
    .orderBy('column_name')
    .orderBy('change')
    .limit(MOST_TOLD)
    .execute();
  return rows.map(({ dataset, column_name: column, change, policy, is_named, state, share, ...row }) => {
    const { deliveries, since } = row;
    const done = DONE[`${change} ${policy}`] ?? DONE[policy] ?? policy;
    const parts = [
      CHANGES[change]?.(column, share) ?? change,
      is_named ? `${done}${BY_NAME}` : done,
      ANSWERED[state],
    ];
    return {
      ...{ dataset, zh: owned.get(dataset) ?? dataset, column, text: parts.join('，') },
      ...{ deliveries: Number(deliveries), since: since ?? '' },
    };
  });
}
