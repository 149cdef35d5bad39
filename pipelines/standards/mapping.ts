/** The standards' tables and fields, and where each is held (`models/standards/`). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { groupedBy } from '../grouped-by.ts';

const FIELD_COLUMNS = [
  'standard',
  'clause',
  'subsystem',
  'table',
  'ordinal',
  'field',
  'code',
  'column',
  'reason',
] as const;
/** CJJ/T 196 and the city's tables, field by field; CJJ/T 258 and GB/T 20299.3, by what their clauses name. */
const FILES = ['cjjt196.csv', 'other.csv'] as const;
const REASON_COLUMNS = ['reason', 'explanation'] as const;

const standardField = z
  .object({
    standard: z.string().min(1),
    clause: z.string().min(1),
    subsystem: z.string(),
    table: z.string().min(1),
    ordinal: z.coerce.number().int().positive(),
    field: z.string().min(1),
    /** 字段代码 where the standard gives one, as the city's tables do: `SQBH`. */
    code: z.string(),
    /** `base.table.column`, or ''. */
    column: z.string().regex(/^(?:base\.[a-z_]+\.[a-z_]+)?$/),
    reason: z.string(),
  })
  .refine(
    ({ column, reason }) => (column === '') !== (reason === ''),
    'needs a column or a reason, and not both',
  );
export type StandardField = z.infer<typeof standardField>;

export interface StandardMapping {
  fields: StandardField[];
  /** Reason → why such a field is held nowhere. */
  reasons: Map<string, string>;
}

/** `modelsDirectory/standards/*.csv`. Throws an `AppError` that names the line which is not as it must be. */
export async function loadStandards(modelsDirectory: string): Promise<StandardMapping> {
  const path = (name: string): string => join(modelsDirectory, 'standards', name);
  const reasons = new Map(
    (await csvRows(path('reasons.csv'), REASON_COLUMNS)).map(({ reason = '', explanation = '' }) => [
      reason,
      explanation,
    ]),
  );
  const fields: StandardField[] = [];
  for (const file of FILES) {
    const rows = await csvRows(path(file), FIELD_COLUMNS);
    fields.push(...rows.map((row, i) => readField(path(file), i, row, reasons)));
  }
  return { fields, reasons };
}

function readField(
  file: string,
  index: number,
  row: Record<string, string>,
  reasons: ReadonlyMap<string, string>,
): StandardField {
  const read = standardField.safeParse(row);
  if (!read.success) throw wrong(file, index, read.error.issues[0]?.message ?? '');
  if (read.data.reason !== '' && !reasons.has(read.data.reason))
    throw wrong(file, index, `reasons.csv does not explain ${read.data.reason}`);
  return read.data;
}

const wrong = (file: string, index: number, detail: string): AppError =>
  new AppError('bad_configuration', `Line ${index + 2} of ${file}: ${detail}`, {
    where: { file, line: index + 2 },
    fix: 'Give the field a column of a base model, or a reason of reasons.csv.',
  });

/** How people name a field: `申请家庭基本信息表/申请编号 SQBH（002:10393）`; the clause of the city's tables is a line of the requirement. */
export const nameOfField = ({ standard, clause, table, field, code }: StandardField): string =>
  `${table}/${field}${code === '' ? '' : ` ${code}`}（${standard === 'city tables' ? `002:${clause}` : `${standard} ${clause}`}）`;

/** The fields of each table, in the standards' order. */
export function tablesOf(fields: readonly StandardField[]): StandardField[][] {
  return [...groupedBy(fields, ({ standard, clause, table }) => `${standard} ${clause} ${table}`).values()];
}

/** Lines of quoted or bare values; none of them holds a line end. */
export async function csvRows(file: string, columns: readonly string[]): Promise<Record<string, string>[]> {
  const [header = '', ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  if (header !== columns.join(',')) throw wrong(file, -1, `the header is not ${columns.join(',')}`);
  return lines.map((line) => {
    const values = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare,
    );
    return Object.fromEntries(columns.map((column, i) => [column, values[i] ?? '']));
  });
}
