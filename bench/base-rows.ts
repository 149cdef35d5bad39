/** Rows of two data sets as landing leaves them in raw: household members (versions) and housing-fund payments (facts). */
import { findDataset } from '../ingestion/contracts/index.ts';
import { plainNumber, rawDoubtsSql } from '../ingestion/generate/plain-rows.ts';
import { datasetOf } from '../pipelines/dbt/state.ts';
import { identifier, literal } from '../warehouse/engine/sql.ts';
import type { Platform } from '../warehouse/platform.ts';

export interface Rows {
  /** Numbers from `from` to before `to`, every `step`th. */
  from: number;
  to: number;
  step: number;
  batch: number;
  /** Business date, YYYY-MM-DD. */
  day: string;
}

export interface MadeTable {
  table: string;
  key: string[];
  /** SQL over `number` and `batch` by source column. */
  texts: Record<string, string>;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const BODY =
  "concat('4399011980', leftPad(toString(1 + number % 12), 2, '0'), leftPad(toString(1 + intDiv(number, 12) % 28), 2, '0'), leftPad(toString(intDiv(number, 336) % 1000), 3, '0'))";
const ID_NUMBER = `arrayMap(body -> concat(body, substring('10X98765432', 1 + (${WEIGHTS.map((weight, at) => `${weight} * toUInt32(substring(body, ${at + 1}, 1))`).join(' + ')}) % 11, 1)), [${BODY}])[1]`;
/** Two of a hundred values are not written as the platform writes them. */
const untidy = (tidy: string, other: string): string =>
  `if(cityHash64(number, ${literal(tidy)}) % 50 = 0, ${other}, ${tidy})`;
const oneOf = (...words: string[]): string =>
  `[${words.map(literal).join(', ')}][1 + number % ${words.length}]`;

export const PEOPLE: MadeTable = {
  table: 'operations__household_member',
  key: ['家庭成员编号'],
  texts: {
    家庭成员编号: "concat('M', leftPad(toString(number), 9, '0'))",
    申请编号: "concat('A', leftPad(toString(intDiv(number, 3)), 9, '0'))",
    姓名: untidy(
      `concat(${oneOf('王', '李', '张', '刘', '陈')}, char(228, 184, 128 + number % 64))`,
      "' 欧阳 修 '",
    ),
    证件号码: ID_NUMBER,
    与申请人关系: oneOf('本人', '配偶', '子'),
    性别: untidy(oneOf('男', '女'), "'男性'"),
    出生日期: untidy("concat('1980-', leftPad(toString(1 + number % 12), 2, '0'), '-01')", "'1980年1月1日'"),
    婚姻状况: oneOf('已婚', '未婚'),
    工作单位: untidy("'安澜市第一建筑有限公司'", "'安澜市 第一建筑有限公司（在职）'"),
    年收入: untidy('toString(30000 + number % 60000 + batch)', "'5.2万'"),
    是否共同居住: oneOf('是', '否'),
    联系电话: untidy(
      "concat('139', leftPad(toString(number % 100000000), 8, '0'))",
      "'１３９０００００００１'",
    ),
  },
};

export const PAYMENTS: MadeTable = {
  table: 'housing_fund__municipal_payment',
  key: ['个人公积金账号', '缴存年月'],
  texts: {
    个人公积金账号: "concat('G', leftPad(toString(number), 10, '0'))",
    证件号码: ID_NUMBER,
    缴存年月: untidy("concat('2026-', leftPad(toString(1 + number % 12), 2, '0'))", "'2026年1月'"),
    缴存基数: untidy('toString(5000 + number % 9000)', "'5,000.00元'"),
    单位缴存额: 'toString(500 + number % 900)',
    个人缴存额: 'toString(500 + number % 900)',
    缴存日期: untidy("concat('2026-', leftPad(toString(1 + number % 12), 2, '0'), '-15')", "'2026/1/15'"),
    缴纳类型: "'正常汇缴'",
  },
};
export const BASE_SETS = [PEOPLE.table, PAYMENTS.table];

export const deliverPeople = (platform: Platform, rows: Rows): Promise<void> =>
  deliver(platform, PEOPLE, rows);
export const deliverPayments = (platform: Platform, rows: Rows): Promise<void> =>
  deliver(platform, PAYMENTS, rows);

/** Rows in raw, and the ledger's word of the batch. */
export async function deliver(
  { warehouse, store }: Platform,
  { table, key, texts }: MadeTable,
  { from, to, step, batch, day }: Rows,
): Promise<void> {
  const columns = Object.keys(texts).map(identifier);
  const values = Object.entries(texts).map(([column, sql]) => `${sql} AS ${identifier(column)}`);
  const hash = (names: string[]): string =>
    `reinterpretAsUInt128(sipHash128(concat(${names.map(identifier).join(", '\\0', ")}, '')))`;
  const receivedAt = new Date(`${day}T01:00:00Z`);
  const dataset = findDataset(datasetOf(table));
  if (!dataset) throw new RangeError(`there is no data set ${table}`);
  const plainAs = `(${rawDoubtsSql(dataset)} = 0) * ${plainNumber(dataset)}`;
  await warehouse.run(
    `INSERT INTO raw.${table} (${columns.join(', ')}, _op, _loaded_at, _batch_id, _row_no, _row_hash, _key_hash, _defects, _business_date, _plain_as)
     SELECT ${columns.join(', ')}, 'Insert', toDateTime64('${day} 01:00:00', 3, 'UTC'), batch, number + 1, ${hash(Object.keys(texts))}, ${hash(key)}, [], toDate('${day}'), ${plainAs}
     FROM (SELECT number, ${batch} AS batch, ${values.join(', ')} FROM (SELECT toUInt64(${from} + number * ${step}) AS number FROM numbers(${Math.ceil((to - from) / step)}))) AS delivered`,
    { lane: 'batch', tag: 'bench rows' },
  );
  const delivery = `bench-${batch}`;
  await store.db
    .insertInto('delivery')
    .values({
      delivery_id: delivery,
      dataset: datasetOf(table),
      file_name: delivery,
      sha256: String(batch).padStart(64, '0'),
      bytes: 1,
      encoding: 'utf-8',
      business_date: day,
      received_at: receivedAt,
      state: 'loaded',
      refusal: null,
      origin: null,
      object_key: null,
    })
    .execute();
  await store.db
    .insertInto('batch')
    .values({
      batch_id: batch,
      delivery_id: delivery,
      dataset: datasetOf(table),
      state: 'loaded',
      loaded_at: receivedAt,
      started_at: receivedAt,
      finished_at: receivedAt,
    })
    .execute();
}
