/** `docs/coverage-cjjt196.md`: every table of the standards, how many of its fields are held, and why the others are not. */
import { GENERATED, type GeneratedFile } from '../../ingestion/generate/file.ts';
import { groupedBy } from '../grouped-by.ts';
import { loadStandards, type StandardField, tablesOf } from './mapping.ts';

const PATH = 'docs/coverage-cjjt196.md';

export async function coveragePage(modelsDirectory: string): Promise<GeneratedFile> {
  const { fields, reasons } = await loadStandards(modelsDirectory);
  const standards = groupedBy(fields, ({ standard }) => standard);
  return {
    path: PATH,
    content: [
      '# Coverage of CJJ/T 196, of the city’s tables, of CJJ/T 258 and of GB/T 20299.3',
      '',
      `<!-- ${GENERATED} From models/standards/*.csv. -->`,
      '',
      'Each field of each standard table is held in a column of the base layer, or it is said why not. No field is left unexplained: the mapping is refused otherwise, and a test holds each column against the models.',
      '',
      'CJJ/T 258 and GB/T 20299.3 (draft) print no tables of fields (CJJ/T 257 does, and is not among our sources): their entities are listed by what their clauses name.',
      '',
      '| standard | tables | with mapped fields | fields | mapped | out of scope | unexplained |',
      '|---|---:|---:|---:|---:|---:|---:|',
      ...[...standards].map(([standard, all]) => {
        const tables = tablesOf(all);
        const held = tables.filter((table) => table.some(isMapped)).length;
        const mapped = all.filter(isMapped).length;
        const unexplained = all.filter((each) => !isMapped(each) && !reasons.has(each.reason)).length;
        return `| ${standard} | ${tables.length} | ${held} | ${all.length} | ${mapped} | ${all.length - mapped} | ${unexplained} |`;
      }),
      '',
      '## Why a field is out of scope',
      '',
      '| reason | fields | |',
      '|---|---:|---|',
      ...[...reasons].map(
        ([reason, why]) =>
          `| ${reason} | ${fields.filter((each) => each.reason === reason).length} | ${why} |`,
      ),
      ...[...standards].flatMap(([standard, all]) => [
        '',
        `## ${standard}`,
        '',
        ...tablesOf(all).flatMap(section),
      ]),
    ].join('\n'),
  };
}

const isMapped = ({ column }: StandardField): boolean => column !== '';

const coded = (field: string, code: string): string => (code === '' ? field : `${field} ${code}`);

/** A table's heading, its mapped fields, and the others by reason. */
function section(fields: StandardField[]): string[] {
  const [first] = fields;
  if (!first) return [];
  const mapped = fields.filter(isMapped);
  const rest = groupedBy(
    fields.filter((each) => !isMapped(each)),
    ({ reason }) => reason,
  );
  return [
    `### ${/^A/.test(first.clause) ? `${first.clause} ` : ''}${first.table} (${mapped.length} of ${fields.length})`,
    '',
    ...(mapped.length > 0
      ? [`- ${mapped.map(({ field, code, column }) => `${coded(field, code)} → \`${column}\``).join('; ')}`]
      : []),
    ...[...rest].map(
      ([reason, others]) => `- ${reason}: ${others.map(({ field, code }) => coded(field, code)).join('、')}`,
    ),
    '',
  ];
}
