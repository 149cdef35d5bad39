/**
 * Reconciliation (对账): control totals of two systems held against each other, period by period. Rules are data
 * (`models/reconciliations/*.yml`); a rule whose tables are not there is told apart from one that agrees.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { versionNow } from './landed.ts';
import { writeRows } from '../write-rows.ts';

const side = z.strictObject({
  /** The system and what it says, in Chinese. */
  zh: z.string(),
  /** The agency that answers for it (责任方). */
  owner: z.string(),
  /** Tables read; the rule waits until they are there. */
  tables: z.array(z.string().regex(/^(base|raw|meta)\.\w+$/)).min(1),
  /** SELECT of `period` (text, '' for one total) and `value`. */
  sql: z.string(),
});
export const reconciliationSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  zh: z.string(),
  reference: z.string(),
  unit: z.enum(['yuan', 'count', 'square_metre']),
  left: side,
  right: side,
  /** The difference allowed: the larger of both. `relative` is a share of the larger side. */
  tolerance: z.strictObject({
    absolute: z.number().min(0).default(0),
    relative: z.number().min(0).default(0),
  }),
  /** What a difference means, and who must do what. */
  explanation: z.string(),
  /** SELECT of the rows behind the difference of `{period:String}`: keys and amounts, no personal values. */
  drill: z.string(),
});
export type Reconciliation = z.output<typeof reconciliationSchema>;

/** @throws AppError `bad_configuration` naming the file and the rule */
export async function loadReconciliations(directory: string): Promise<Reconciliation[]> {
  const rules: Reconciliation[] = [];
  // A project of its own (`projectDir`) need not have any.
  const files = await readdir(directory).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  for (const file of files.filter((name) => /\.ya?ml$/.test(name)).toSorted()) {
    const list = z.array(z.unknown()).parse(parse(await readFile(join(directory, file), 'utf8')) ?? []);
    for (const entry of list) {
      const parsed = reconciliationSchema.safeParse(entry);
      const problem = parsed.success
        ? rules.some(({ name }) => name === parsed.data.name) && `${parsed.data.name} is defined twice`
        : z.prettifyError(parsed.error);
      if (!parsed.success || problem)
        throw new AppError('bad_configuration', `${file}: ${problem || ''}`, { where: { file } });
      rules.push(parsed.data);
    }
  }
  return rules;
}

const LANE = { lane: 'batch', tag: 'quality.reconcile' } as const;
const known = z.object({ name: z.string() });

async function presentTables(warehouse: Warehouse): Promise<Set<string>> {
  const rows = await warehouse.rows(
    "SELECT concat(database, '.', name) AS name FROM system.tables WHERE database IN ('base', 'raw', 'meta')",
    known,
    LANE,
  );
  return new Set(rows.map(({ name }) => name));
}

const result = z.object({
  ...{
    period: z.string(),
    left: z.string(),
    right: z.string(),
    difference: z.string(),
    tolerance: z.string(),
  },
  state: z.enum(['agrees', 'differs']),
});

function comparedSql({ left, right, tolerance }: Reconciliation): string {
  const total = (of: z.output<typeof side>, is: 'l' | 'r'): string =>
    `SELECT toString(period) AS period, ${['l', 'r'].map((one) => (one === is ? `toDecimal128(value, 6) AS ${one}` : `toDecimal128(0, 6) AS ${one}`)).join(', ')} FROM (${of.sql})`;
  const allowed = `greatest(toDecimal128(${tolerance.absolute}, 6), toDecimal128(toFloat64(greatest(abs(l), abs(r))) * ${tolerance.relative}, 6))`;
  return `SELECT period, toString(l) AS left, toString(r) AS right, toString(l - r) AS difference, toString(${allowed}) AS tolerance,
      if(abs(l - r) <= ${allowed}, 'agrees', 'differs') AS state
    FROM (SELECT period, sum(l) AS l, sum(r) AS r FROM (${total(left, 'l')} UNION ALL ${total(right, 'r')}) GROUP BY period) ORDER BY period`;
}

/** Compares all rules as of a day; results of the same day before are replaced. */
export async function reconcile(
  warehouse: Warehouse,
  rules: readonly Reconciliation[],
  asOf: string,
): Promise<void> {
  const tables = await presentTables(warehouse);
  const version = versionNow();
  const rows: (string | number)[][] = [];
  for (const rule of rules) {
    if (![...rule.left.tables, ...rule.right.tables].every((table) => tables.has(table))) continue;
    for (const one of await warehouse.rows(comparedSql(rule), result, { ...LANE, params: { as_of: asOf } }))
      rows.push([
        ...[
          asOf,
          rule.name,
          one.period,
          one.left,
          one.right,
          one.difference,
          one.tolerance,
          one.state,
          version,
          0,
        ],
      ]);
  }
  const before = await warehouse.rows(
    `SELECT toString(rule) AS rule, period FROM meta.reconciliation_result FINAL WHERE as_of = toDate(${literal(asOf)})`,
    z.object({ rule: z.string(), period: z.string() }),
    LANE,
  );
  const now = new Set(rows.map(([, rule, period]) => `${rule}\n${period}`));
  for (const { rule, period } of before)
    if (!now.has(`${rule}\n${period}`)) rows.push([asOf, rule, period, '0', '0', '0', '0', '', version, 1]);
  await writeRows(
    warehouse,
    'meta.reconciliation_result',
    'as_of Date, rule String, period String, left_value Decimal(38, 6), right_value Decimal(38, 6), difference Decimal(38, 6), tolerance Decimal(38, 6), state String, version UInt64, is_deleted UInt8',
    rows,
  );
}

export interface ReconciliationResult extends Pick<
  Reconciliation,
  'name' | 'zh' | 'reference' | 'unit' | 'explanation'
> {
  left: { zh: string; owner: string };
  right: { zh: string; owner: string };
  asOf: string;
  periods: {
    period: string;
    left: number;
    right: number;
    difference: number;
    tolerance: number;
    state: string;
  }[];
}

const stored = z.object({
  ...{ rule: z.string(), asOf: z.string(), period: z.string(), left: z.number(), right: z.number() },
  ...{ difference: z.number(), tolerance: z.number(), state: z.string() },
});

/** The last results of each rule; a rule whose tables are not there yet has no periods. */
export async function reconciliationResults(
  warehouse: Warehouse,
  rules: readonly Reconciliation[],
): Promise<ReconciliationResult[]> {
  const rows = await warehouse.rows(
    `SELECT toString(rule) AS rule, toString(as_of) AS asOf, period, toFloat64(left_value) AS left, toFloat64(right_value) AS right,
       toFloat64(difference) AS difference, toFloat64(tolerance) AS tolerance, toString(state) AS state
     FROM meta.reconciliation_result FINAL
     WHERE (rule, as_of) IN (SELECT rule, max(as_of) FROM meta.reconciliation_result GROUP BY rule) ORDER BY rule, period`,
    stored,
    { tag: 'quality.reconciliations' },
  );
  return rules.map(({ name, zh, reference, unit, explanation, left, right }) => {
    const own = rows.filter(({ rule }) => rule === name);
    return {
      ...{ name, zh, reference, unit, explanation, asOf: own[0]?.asOf ?? '' },
      ...{ left: { zh: left.zh, owner: left.owner }, right: { zh: right.zh, owner: right.owner } },
      periods: own.map(({ rule: _rule, asOf: _asOf, ...period }) => period),
    };
  });
}

const MOST_ROWS = 200;

/** The rows behind a difference. @throws AppError `not_found` */
export async function reconciliationRows(
  warehouse: Warehouse,
  rules: readonly Reconciliation[],
  name: string,
  period: string,
): Promise<Record<string, unknown>[]> {
  const rule = rules.find((one) => one.name === name);
  if (!rule)
    throw new AppError('not_found', `There is no reconciliation ${name}.`, { where: { rule: name } });
  const asOf = await warehouse.value(
    `SELECT toString(max(as_of)) FROM meta.reconciliation_result WHERE rule = ${literal(name)}`,
    z.string(),
    { tag: 'quality.reconciliations' },
  );
  return warehouse.rows(
    `SELECT * FROM (${rule.drill}) LIMIT ${MOST_ROWS}`,
    z.record(z.string(), z.unknown()),
    {
      ...{ tag: 'quality.reconciliations', params: { period, as_of: asOf } },
    },
  );
}
