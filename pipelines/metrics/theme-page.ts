/** `docs/coverage-themes.md`: in which column of a mart each field of the theme libraries (002:9875-9973) is, and why some are in none. */
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import { groupedBy } from '../grouped-by.ts';
import { csvRows } from '../standards/mapping.ts';

const FILE = 'theme-fields.csv';
const COLUMNS = ['library', 'ordinal', 'field', 'column', 'reason'] as const;
const themeField = z
  .object({
    library: z.string().min(1),
    ordinal: z.coerce.number().int().positive(),
    field: z.string().min(1),
    /** `mart_theme.table.column`, or ''. */
    column: z.string().regex(/^(?:mart_[a-z_]+\.[a-z_]+\.[a-z_]+)?$/),
    reason: z.string(),
  })
  .refine(({ column, reason }) => (column === '') !== (reason === ''), 'needs a column or a reason');
export type ThemeField = z.infer<typeof themeField>;

/**
 * @param models the dbt project's directory
 * @throws AppError `bad_configuration` that names the field which is not as it must be
 */
export async function themeFields(models: string): Promise<ThemeField[]> {
  const rows = await csvRows(join(models, 'marts', FILE), COLUMNS);
  return rows.map((row) => {
    const read = themeField.safeParse(row);
    if (read.success) return read.data;
    throw new AppError(
      'bad_configuration',
      `${FILE}: ${row['library'] ?? ''} ${row['field'] ?? ''}: ${z.prettifyError(read.error)}`,
      { where: { file: FILE }, fix: 'Give the field a column of a mart or a reason.' },
    );
  });
}

export async function themeCoveragePage(models: string): Promise<GeneratedFile> {
  const libraries = groupedBy(await themeFields(models), ({ library }) => library);
  return {
    path: 'docs/coverage-themes.md',
    content: [
      '# Coverage of the theme libraries',
      '',
      `<!-- ${GENERATED} From models/marts/${FILE}. -->`,
      '',
      'The fields of the theme libraries (主题库, 002:9875-9973), each in a column of a mart or with the reason why not. A test holds every column against the tables built.',
      '',
      '| library | fields | held | no data |',
      '|---|---:|---:|---:|',
      ...[...libraries].map(([library, fields]) => {
        const held = fields.filter(({ column }) => column !== '').length;
        return `| ${library} | ${fields.length} | ${held} | ${fields.length - held} |`;
      }),
      ...[...libraries].flatMap(([library, fields]) => [
        '',
        `## ${library}`,
        '',
        '| | field | column |',
        '|---:|---|---|',
        ...fields.map(
          ({ ordinal, field, column, reason }) =>
            `| ${ordinal} | ${field} | ${column === '' ? reason : `\`${column}\``} |`,
        ),
      ]),
      '',
    ].join('\n'),
  };
}
