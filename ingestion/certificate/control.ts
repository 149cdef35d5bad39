/**
 * What the sender says a delivery holds, and whether it does: control totals in the file's header information (包头), or in a
 * control file (清单) beside it, `<file>.manifest.json`. Where both say something, the control file counts.
 */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { elements } from '../../domain/elements/index.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { type Declared, refusal } from '../readers/index.ts';

export const CONTROL_FILE = '.manifest.json';
export const MOST_CONTROL_BYTES = 2 ** 20;

const written = z.union([z.string().max(100), z.number().transform(String)]);
/** All of it optional, but nothing else may stand in it: a misspelt total would go unchecked. */
export const controlFileSchema = z.strictObject({
  file: z.string().optional(),
  bytes: z.int().nonnegative().optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .transform((hash) => hash.toLowerCase())
    .optional(),
  rows: z.int().nonnegative().optional(),
  /** By source column, as the file writes its amounts. */
  totals: z.record(z.string().min(1), written).optional(),
  /** First and last day of the contract's cursor. */
  dates: z.strictObject({ from: z.string().max(40), to: z.string().max(40) }).optional(),
  sender: z.string().max(200).optional(),
  sequence: written.optional(),
});
export type ControlFile = z.output<typeof controlFileSchema>;

/**
 * The control file beside a delivery, if there is one.
 * @throws AppError `refused_delivery`, rule `bad_manifest`
 */
export async function controlFileOf(path: string): Promise<ControlFile | undefined> {
  const beside = `${path}${CONTROL_FILE}`;
  try {
    if ((await stat(beside)).size > MOST_CONTROL_BYTES) throw new RangeError('it is too large');
    return controlFileSchema.parse(JSON.parse(await readFile(beside, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : 'It is no JSON of at most 1 MiB.';
    throw refusal(
      'bad_manifest',
      `The control file beside the delivery cannot be read. ${problem.slice(0, 300)}`,
    );
  }
}

/**
 * Bytes that are not those the sender hashed are damaged, whatever the contract allows.
 * @throws AppError `refused_delivery`, rule `declared_content`
 */
export function checkContent(
  control: ControlFile | undefined,
  found: { bytes: number; sha256: string },
): void {
  const isOther =
    (control?.sha256 !== undefined && control.sha256 !== found.sha256) ||
    (control?.bytes !== undefined && control.bytes !== found.bytes);
  if (isOther)
    throw refusal(
      'declared_content',
      'The file is not the one its control file describes: its size or its hash is another.',
      { bytes: found.bytes },
      'Send the file again.',
    );
}

/** Header information and control file together; undefined when neither says anything. */
export function declaredBy(
  head: Declared | undefined,
  control: ControlFile | undefined,
): Declared | undefined {
  if (!control) return head;
  const { rows, totals, dates, sender, sequence } = control;
  const says = Object.entries({ rows, dates, sender, sequence }).filter(([, value]) => value !== undefined);
  const all = { ...head?.totals, ...totals };
  return { ...head, ...Object.fromEntries(says), ...(Object.keys(all).length > 0 ? { totals: all } : {}) };
}

export const controlSchema = z.strictObject({
  item: z.enum(['rows', 'total', 'dates']),
  column: z.string().optional(),
  declared: z.string(),
  /** '' where nothing of the kind is in the file. */
  counted: z.string(),
  /** null: rows were set aside or the declared value cannot be read, so that nobody can tell. */
  agrees: z.boolean().nullable(),
});
export type Control = z.output<typeof controlSchema>;

export interface Counted {
  rows: number;
  quarantined: number;
  sums: { column: string; sum: string }[];
  dates: { column: string; from: string; to: string } | null;
}

/** Each thing declared beside what was counted. Sums and dates are of good rows: with others set aside a difference says nothing. */
export function controlsOf(dataset: Dataset, declared: Declared, counted: Counted): Control[] {
  const isWhole = counted.quarantined === 0;
  const verdict = (agrees: boolean): boolean | null => agrees || (isWhole ? false : null);
  const controls: Control[] = [];
  if (declared.rows !== undefined)
    controls.push({
      item: 'rows',
      declared: String(declared.rows),
      counted: String(counted.rows),
      agrees: declared.rows === counted.rows,
    });
  for (const [column, total] of Object.entries(declared.totals ?? {})) {
    const field = dataset.fields.find(({ source }) => source === column);
    const sum = counted.sums.find((each) => each.column === column)?.sum ?? '';
    const wanted = millionths(total, field?.unit === 'wan_yuan' ? 10_000n : 1n);
    const agrees = wanted === null || sum === '' ? null : verdict(wanted === millionths(sum));
    controls.push({ item: 'total', column, declared: total, counted: sum, agrees });
  }
  if (declared.dates) {
    const { from, to } = declared.dates;
    const [first, last] = [from, to].map((day) => elements.date.normalise(day));
    const { column, ...range } = counted.dates ?? { column: undefined, from: '', to: '' };
    const isSame = range.from.slice(0, 10) === first && range.to.slice(0, 10) === last;
    controls.push({
      item: 'dates',
      ...(column === undefined ? {} : { column }),
      declared: `${from} – ${to}`,
      counted: counted.dates ? `${range.from} – ${range.to}` : '',
      agrees: counted.dates ? verdict(isSame) : null,
    });
  }
  return controls;
}

/** 1,234.5元 in millionths; a bare number counts `unit`, one with 万 ten thousand. null: no number. */
function millionths(text: string, unit = 1n): bigint | null {
  const plain = text.normalize('NFKC').replace(/[,\s元圆¥￥]/g, '');
  const [, sign = '', whole = '', fraction = '', wan] =
    /^([-+]?)(\d{1,24})(?:\.(\d{0,6})0*)?(万)?$/.exec(plain) ?? [];
  if (whole === '') return null;
  const size = BigInt(whole + fraction.padEnd(6, '0')) * (wan ? 10_000n : unit);
  return sign === '-' ? -size : size;
}

/**
 * Refuses what disagrees as far as the contract says (`controls`).
 * @throws AppError `refused_delivery`, rule `declared_rows`, `declared_total` or `declared_dates`
 */
export function refuseDisagreement(dataset: Dataset, controls: readonly Control[]): void {
  const { refuse } = controlsAgreed(dataset);
  const wrong = controls.find(
    ({ item, agrees }) => agrees === false && (refuse === 'all' || (refuse === 'rows' && item === 'rows')),
  );
  if (!wrong) return;
  const { item, column, declared, counted } = wrong;
  const what = { rows: 'rows', total: `a total of ${column ?? ''}`, dates: 'dates' }[item];
  throw refusal(
    `declared_${item}`,
    `The sender declares ${what} of ${declared}, ${datasetId(dataset)} counts ${counted || 'none'}.`,
    { ...(column === undefined ? {} : { column }), declared, counted },
    'Send the whole file again.',
  );
}

export const controlsAgreed = ({ controls }: Dataset): NonNullable<Dataset['controls']> =>
  controls ?? { refuse: 'rows', manifest: 'optional' };

/** For the delivery's notes: what disagrees and is let through. */
export const disagreements = (controls: readonly Control[]): string[] =>
  controls
    .filter(({ agrees }) => agrees === false)
    .map(
      ({ item, column, declared, counted }) =>
        `The sender declares ${item}${column === undefined ? '' : ` of ${column}`} ${declared}; counted ${counted || 'none'}.`,
    );
