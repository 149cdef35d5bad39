/**
 * What a certificate says of a batch's rows, counted in the staging tables before anything is published. Kept in the ledger,
 * so that a certificate issued after a crash is the same to the byte.
 */
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { stagingTable } from '../generate/raw-table.ts';
import type { StagedBatch } from '../landing/stage.ts';
import { type Declared, type ReadResult, tableRows } from '../readers/index.ts';
import { controlSchema, controlsOf } from './control.ts';
import { hashOfDocument } from './canonical.ts';
import { totalsOf } from './totals.ts';

const count = z.int().nonnegative();
const decimal = z.string().regex(/^-?\d{1,30}(\.\d{1,12})?$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const findingsSchema = z.strictObject({
  /** The contract the file was read under. */
  contract: z.strictObject({ version: z.int().positive(), fingerprint: sha256 }),
  schema: z.strictObject({
    /** The contract's columns the file has, in the contract's order. */
    columns: z.array(z.string()),
    /** Of the columns and the contract: changes when either does. */
    fingerprint: sha256,
  }),
  /** What the sender wrote into the file's header information or its control file; null without one. Texts, as written. */
  declared: z
    .strictObject({
      rows: count.optional(),
      totals: z.array(z.strictObject({ column: z.string(), total: z.string() })),
      dates: z.strictObject({ from: z.string(), to: z.string() }).optional(),
      sender: z.string().optional(),
      sequence: z.string().optional(),
    })
    .nullable(),
  /** Each thing declared beside what was counted; absent where nothing is declared. */
  controls: z.array(controlSchema).optional(),
  counted: z.strictObject({
    /** Distinct keys among the file's good rows; the sums and the dates are over the same rows, repeats included. */
    keys: count,
    /** In the element's unit (元, 立方米, 千瓦时); what cannot be read as a number is left out. */
    sums: z.array(z.strictObject({ column: z.string(), sum: decimal })),
    /** First and last day or instant of the contract's cursor column. */
    dates: z.strictObject({ column: z.string(), from: z.string(), to: z.string() }).nullable(),
  }),
  /** Rows turned away, by what was wrong with them first; most frequent first. */
  rejects: z.array(z.strictObject({ rule: z.string(), field: z.string(), rows: count })),
  /** Of the rows published, in any order: the sum of 128-bit hashes of their content, each XORed with row number and operation. */
  content: z.strictObject({ rows: count, hash: z.string().regex(/^[0-9A-F]{1,32}$/) }),
});
export type Findings = z.output<typeof findingsSchema>;

/** Amounts and measures: what an agency adds up to see whether everything arrived. */
const SUMMED = new Set(['money', 'quantity']);
/** Added up where the sender declares a total. */
const COUNTED = new Set(['area', 'integer', 'share']);

/** Passes over staged columns, with as little normalising as can be. */
export async function findingsOf(
  warehouse: Warehouse,
  dataset: Dataset,
  read: ReadResult,
  staged: StagedBatch,
): Promise<Findings> {
  const options = { lane: 'batch', tag: `certify ${datasetId(dataset)}` } as const;
  const good = stagingTable(dataset, 'new');
  const published = stagingTable(dataset, staged.rows);
  const present = dataset.fields.filter(({ source }) => read.columns.includes(source));
  const declaredTotals = read.declared?.totals ?? {};
  const summed = present.filter(
    ({ element, source }) => SUMMED.has(element) || (COUNTED.has(element) && source in declaredTotals),
  );
  const cursor = present.find(({ name }) => name === dataset.load.cursor);
  const isSmall = staged.inMemory.rows;
  const { sums, from, to } = await totalsOf(warehouse, good, { summed, cursor }, { ...options, isSmall });
  const [rows = { rows: 0, hash: '0' }] = await warehouse.rows(
    `SELECT toString(count()) AS rows, hex(sumWithOverflow(bitXor(_row_hash, toUInt128(_row_no * 4 + toUInt8(_op))))) AS hash FROM ${published}`,
    z.object({ rows: z.coerce.number(), hash: z.string() }),
    options,
  );
  const { quarantineTable } = staged;
  const rejects =
    quarantineTable === null
      ? []
      : await warehouse.rows(
          `SELECT rule, field, toInt32(count()) AS rows FROM ${quarantineTable} GROUP BY rule, field ORDER BY rows DESC, rule, field`,
          z.object({ rule: z.string(), field: z.string(), rows: count }),
          options,
        );
  const counted = {
    sums: summed.map(({ source }, index) => ({ column: source, sum: sums[index] ?? '0' })),
    dates: cursor && from !== '' ? { column: cursor.source, from, to } : null,
  };
  // Lines under the table are in no sum the sender declares.
  const quarantined = staged.counts.quarantined - (read.footerCount ?? 0);
  const contract = { version: dataset.version, fingerprint: contractFingerprint(dataset) };
  return {
    contract,
    schema: {
      columns: read.columns,
      fingerprint: hashOfDocument({ columns: read.columns, contract }),
    },
    declared: read.declared ? declaredOf(read.declared) : null,
    ...(read.declared
      ? { controls: controlsOf(dataset, read.declared, { rows: tableRows(read), quarantined, ...counted }) }
      : {}),
    counted: { keys: staged.good.keys, ...counted },
    rejects,
    content: rows,
  };
}

/** sha256 of everything the contract says. */
export const contractFingerprint = (dataset: Dataset): string => hashOfDocument(dataset);

const declaredOf = ({ rows, totals = {}, dates, sender, sequence }: Declared): Findings['declared'] => ({
  ...(rows === undefined ? {} : { rows }),
  totals: Object.entries(totals).map(([column, total]) => ({ column, total })),
  ...(dates === undefined ? {} : { dates }),
  ...(sender === undefined ? {} : { sender }),
  ...(sequence === undefined ? {} : { sequence }),
});
