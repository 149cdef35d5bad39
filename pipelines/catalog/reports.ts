/** Reports (统计报表, 函件, 清单) as the catalog knows them: what people read or print, where, and from which tables. */
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { csvRows } from '../standards/mapping.ts';

const COLUMNS = [
  'name',
  'zh',
  'page',
  'reads',
  'update_days',
  'legal_basis',
  'reference',
  'comment',
] as const;

const reportSchema = z.object({
  name: z.string().regex(/^[a-z][a-z_]*$/),
  zh: z.string().min(1),
  /** Address of the page it stands on. */
  page: z.string().startsWith('/'),
  /** Tables it reads; none where it is made of the ledger and of quality counts. */
  reads: z.string().transform((text) => text.split(' ').filter((one) => one !== '')),
  update_days: z.coerce.number().int().nonnegative(),
  legal_basis: z.string().min(1),
  reference: z.string().min(1),
  comment: z.string().min(1),
});
export type Report = z.output<typeof reportSchema>;

/** @throws AppError `bad_configuration` naming the line that is not as it must be */
export async function loadReports(modelsDirectory: string): Promise<Report[]> {
  const file = join(modelsDirectory, 'standards', 'reports.csv');
  return (await csvRows(file, COLUMNS)).map((row, index) => {
    const read = reportSchema.safeParse(row);
    if (read.success) return read.data;
    throw new AppError(
      'bad_configuration',
      `Line ${index + 2} of ${file}: ${z.prettifyError(read.error).split('\n').join(' ')}`,
      { where: { file, line: index + 2 } },
    );
  });
}
