/** Gaps, overlaps and orphans between dwelling, contract, occupant and meter (期限与归属矛盾), as the last run found them: counts, the list, the rows. */
import { z } from 'zod';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { isBuilt } from '../is-built.ts';
import { columnWord, columnZh } from '../metrics/columns.ts';

const LANE = { tag: 'quality.intervals' } as const;
const FINDINGS = 'open_base.interval_finding';

/** What a finding is about, and the model of base that has it under its number. */
export const SUBJECTS = {
  dwelling: {
    ...{ table: 'dwelling', key: 'house_code', zh: '房源' },
    columns: ['house_code', 'project_name', 'district_name', 'street_name', 'address', 'dwelling_state'],
  },
  contract: {
    ...{ table: 'contract', key: 'contract_no', zh: '合同' },
    columns: [
      ...['contract_no', 'house_code', 'tenant_name', 'tenant_id_number', 'contract_state'],
      ...['starts_on', 'ends_on', 'terminated_on', 'monthly_rent'],
    ],
  },
  occupant: {
    ...{ table: 'contract_occupant', key: 'occupant_no', zh: '入住人员' },
    columns: [
      ...['occupant_no', 'contract_no', 'person_name', 'id_number', 'district_name', 'street_name'],
      ...['moved_in_on', 'moved_out_on'],
    ],
  },
  meter: {
    ...{ table: 'meter', key: 'meter_no', zh: '表计' },
    columns: ['meter_kind', 'meter_no', 'house_code'],
  },
  person: {
    ...{ table: 'person', key: 'person_id', zh: '人员' },
    columns: ['person_id', 'person_name', 'id_number', 'district_name', 'street_name'],
  },
} as const;
export type Subject = keyof typeof SUBJECTS;
/** Columns the contracts call differently from set to set. */
const TITLES: Readonly<Record<string, string>> = {
  ...{
    person_name: '姓名',
    id_number: '证件号码',
    person_id: '人员标识',
    meter_kind: '表计类别',
    address: '地址',
  },
};
const SUBJECT_NAMES = Object.keys(SUBJECTS) as Subject[];

/** What stands in `subject_no` and `other_no`, by `subject_kind`. A person stands beside the division of the number. */
const NAMED: Readonly<Record<string, { subject?: Subject; other: readonly Subject[] }>> = {
  dwelling: { subject: 'dwelling', other: [] },
  contract: { subject: 'contract', other: ['contract', 'dwelling'] },
  occupant: { subject: 'occupant', other: ['contract', 'occupant'] },
  meter: { subject: 'meter', other: ['dwelling'] },
  division: { other: ['person'] },
};
export const SUBJECT_KINDS = Object.keys(NAMED) as [string, ...string[]];

/** Conditions over the models of base that rows one may see meet; a model that is missing is seen whole. */
export type Within = Partial<Record<Subject, string>>;

export interface IntervalFilter {
  owner?: string;
  rule?: string;
}

export const intervalCountSchema = z.object({
  rule: z.string(),
  ruleZh: z.string(),
  agency: z.string(),
  findings: z.number(),
});
export const intervalSchema = z.object({
  rule: z.string(),
  ruleZh: z.string(),
  dataset: z.string(),
  zh: z.string().describe('the data set'),
  agency: z.string(),
  subjectKind: z.string(),
  subjectNo: z.string(),
  otherNo: z.string(),
  from: z.string().describe('YYYY-MM-DD, or empty'),
  to: z.string(),
});
export const intervalsSchema = z.object({
  /** The business day they were looked for; empty before a first run. */
  asOf: z.string(),
  counts: z.array(intervalCountSchema),
  total: z.number(),
  findings: z.array(intervalSchema),
});

/** Counts by rule and agency of all one may see, and a page of those the filter leaves. */
export async function intervals(
  warehouse: Warehouse,
  contracts: Pick<Contracts, 'find'>,
  filter: IntervalFilter & { limit: number; offset: number },
  within?: Within,
): Promise<z.output<typeof intervalsSchema>> {
  if (!(await isBuilt(warehouse, 'base.interval_finding', LANE)))
    return { asOf: '', counts: [], total: 0, findings: [] };
  const seen = `SELECT * FROM ${FINDINGS} WHERE ${seenSql(within)}`;
  const counts = await warehouse.rows(
    `SELECT rule, any(rule_zh) AS ruleZh, agency, toUInt32(count()) AS findings FROM (${seen}) GROUP BY rule, agency ORDER BY findings DESC, rule, agency`,
    intervalCountSchema,
    LANE,
  );
  const where = [
    ...(filter.owner === undefined ? [] : [`agency = ${literal(filter.owner)}`]),
    ...(filter.rule === undefined ? [] : [`rule = ${literal(filter.rule)}`]),
  ];
  const left = counts.filter(
    (one) =>
      (filter.owner === undefined || one.agency === filter.owner) &&
      (filter.rule === undefined || one.rule === filter.rule),
  );
  const findings = await warehouse.rows(
    `SELECT rule, rule_zh AS ruleZh, dataset, agency, subject_kind AS subjectKind, subject_no AS subjectNo, other_no AS otherNo,
       ifNull(toString(from_on), '') AS from, ifNull(toString(to_on), '') AS to, toString(as_of) AS asOf
     FROM (${seen}) WHERE ${where.join(' AND ') || '1'}
     ORDER BY rule, from_on DESC, subject_no, other_no LIMIT ${Math.trunc(filter.limit)} OFFSET ${Math.trunc(filter.offset)}`,
    intervalSchema.omit({ zh: true }).extend({ asOf: z.string() }),
    LANE,
  );
  return {
    asOf: findings[0]?.asOf ?? '',
    counts,
    total: left.reduce((sum, one) => sum + one.findings, 0),
    findings: findings.map(({ asOf: _, ...one }) => ({
      ...one,
      zh: contracts.find(one.dataset)?.zh ?? one.dataset,
    })),
  };
}

/** Findings whose subject is a row one may see. */
function seenSql(within: Within | undefined): string {
  if (within === undefined) return '1';
  const cases = Object.entries(NAMED).map(([kind, { subject, other }]) => {
    const by = subject ?? other[0] ?? 'person';
    const number = subject === undefined ? 'other_no' : 'subject_no';
    return `subject_kind = ${literal(kind)}, ${number} IN (${numbersSql(by, within)})`;
  });
  return `multiIf(${cases.join(', ')}, 0)`;
}

const numbersSql = (subject: Subject, within: Within): string => {
  const { table, key } = SUBJECTS[subject];
  return `SELECT toString(${identifier(key)}) FROM base.${table} WHERE ${within[subject] ?? '1'}`;
};

export const subjectRowsSchema = z.object({
  subject: z.enum(SUBJECT_NAMES as [Subject, ...Subject[]]),
  zh: z.string(),
  model: z.string(),
  columns: z.array(z.object({ name: z.string(), zh: z.string() })),
  rows: z.array(z.record(z.string(), z.string())),
});
export type SubjectRows = z.output<typeof subjectRowsSchema>;
const MOST_ROWS = 20;

/** The rows of base a finding names, masked: its subject, and what it clashes with. What is missing has no row: that is the finding. */
export async function intervalRows(
  warehouse: Warehouse,
  { subjectKind, subjectNo, otherNo }: { subjectKind: string; subjectNo: string; otherNo: string },
  within: Within = {},
): Promise<SubjectRows[]> {
  const named = NAMED[subjectKind] ?? { other: [] };
  const wanted = new Map<Subject, string[]>();
  const add = (subject: Subject, no: string): void => {
    if (no !== '') wanted.set(subject, [...(wanted.get(subject) ?? []), no]);
  };
  if (named.subject) add(named.subject, subjectNo);
  for (const other of named.other) add(other, otherNo);
  const found: SubjectRows[] = [];
  for (const [subject, numbers] of wanted) {
    const { table, key, zh, columns } = SUBJECTS[subject];
    if (!(await isBuilt(warehouse, `base.${table}`, LANE))) continue;
    const list = numbers.map(literal).join(', ');
    const mine = `toString(${identifier(key)}) IN (${list})`;
    const rows = await warehouse.rows(
      `SELECT ${columns.map((name) => `ifNull(toString(${identifier(name)}), '') AS ${identifier(name)}`).join(', ')}
       FROM open_base.${table} WHERE ${mine} AND toString(${identifier(key)}) IN (${numbersSql(subject, within)} AND ${mine})
       ORDER BY ${columns.map(identifier).join(', ')} LIMIT ${MOST_ROWS}`,
      z.record(z.string(), z.string()),
      LANE,
    );
    if (rows.length === 0) continue;
    found.push({
      ...{ subject, zh, model: `base.${table}` },
      columns: columns.map((name) => ({ name, zh: TITLES[name] ?? columnZh(name) })),
      rows: rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, columnWord(name, value)])),
      ),
    });
  }
  return found;
}
