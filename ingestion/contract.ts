/**
 * A source contract (数据契约) says everything the platform knows about one data set of one agency. The reader's
 * configuration, the raw table, dbt's sources, the standardising model, the quality tests, the masks and the catalog
 * page follow from it and are never written by hand (DESIGN §3).
 */
import { z } from 'zod';
import { isElementName } from '../domain/elements/index.ts';
import { driftSchema, namedPolicyFault } from './drift/policy.ts';

const identifier = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be snake_case');

const unitSchema = z.enum(['yuan', 'wan_yuan', 'square_metre', 'cubic_metre', 'kilowatt_hour']);

export const fieldSchema = z.object({
  /** Standard English name; the column in the base layer. */
  name: identifier,
  /** The column as the agency sends it, usually Chinese; the column in the raw layer. */
  source: z.string().min(1),
  /** Name of the data element in `domain/elements`. */
  element: z
    .string()
    .refine(isElementName, { error: (issue) => `unknown data element ${String(issue.input)}` }),
  /** A row without this value cannot be what it claims: it is rejected to quarantine. */
  required: z.boolean().default(false),
  /** What happens to a value that fails its element's checks. `reject` sends the row to quarantine, `mark` keeps it with its defect named. */
  onInvalid: z.enum(['mark', 'reject']).default('mark'),
  /** Name of the code list in `domain/codes` the value must map to (an unmapped word is a `mark`). Only with element `code`. */
  codes: identifier.optional(),
  /** Unit the agency sends, when it is not the element's own (`wan_yuan` for 万元). */
  unit: unitSchema.optional(),
  /** How the agency writes days, when it is not year, month, day of the common era: `roc` 1101009 (民國), `day_first` 31/12/2026. */
  calendar: z.enum(['roc', 'day_first']).optional(),
  /** Of element `certificate_no`: name of the field, a `certificate_kind`, that says what the number is of; where that is missing, its form says. */
  certificate: identifier.optional(),
  /** Not in files of before this contract's present version; a file without the column is accepted. */
  optionalColumn: z.boolean().default(false),
  note: z.string().optional(),
  /** How files of an earlier version name and write it; set by `inForce`, never in a contract. */
  sent: z
    .object({ source: z.string().optional(), unit: unitSchema.optional(), codes: identifier.optional() })
    .optional(),
});

/**
 * An earlier version: how files from its first day until the next version's differ from what the contract says now. Such a
 * file is read under it, and its rows come to the raw columns of today.
 */
export const versionSchema = z.strictObject({
  version: z.number().int().positive(),
  /** First business date its files are about. */
  effectiveFrom: z.iso.date(),
  /** Shape of the files then. */
  delivery: z.lazy(() => deliverySchema).optional(),
  /** By standard name: the column's title then. */
  renamed: z.record(identifier, z.string().min(1)).default({}),
  /** By standard name: amounts then in 万元. (The other way a bare number could not be told from one of today.) */
  units: z.record(identifier, z.literal('wan_yuan')).default({}),
  /** By standard name: the code list then; its codes arrive as their words. */
  codes: z.record(identifier, identifier).default({}),
  /** Standard names of columns the files did not have yet. */
  missing: z.array(identifier).default([]),
});
export type EarlierVersion = z.output<typeof versionSchema>;

const encoding = z.enum(['gb18030', 'utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be']);

/** Between cells of a text file: DuckDB takes at most four bytes. */
const delimiter = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).length <= 4, 'must be at most four bytes')
  .refine((text) => !/["\r\n0-9]/.test(text), 'must not hold quotes, digits or line ends');

/** Where the header information says something: behind a label (`记录数：1000`), or by line and cell, both from 1. */
const headPlace = z.union([
  z.string().min(1),
  z.object({ line: z.number().int().positive(), cell: z.number().int().positive() }),
]);

/** Lines before all else: titles, which say nothing to us, or what the sender says of what follows (包头信息, A0-2), compared with what is read. */
export const headSchema = z.object({
  lines: z.number().int().min(1).max(100),
  /** Between the cells of such a line. */
  delimiter: z.string().min(1).max(4).default('|'),
  sender: headPlace.optional(),
  sequence: headPlace.optional(),
  /** Data rows of the file, unreadable ones included: another number is a file cut short. */
  rows: headPlace.optional(),
  /** Control totals by source column. */
  totals: z.record(z.string(), headPlace).optional(),
  /** First and last day of the contract's cursor. */
  from: headPlace.optional(),
  to: headPlace.optional(),
});

/** Lines before the data: the first has the names, others say them in another language. 0: columns stand in the contract's order. */
const headerRows = z.number().int().min(0).max(9).default(1);

/** Names of columns stand over several lines, as merged cells make them: they are joined by a point (`租金.应收`). Without it the first line has the names. */
const headerNames = z.literal('joined').optional();

/** Words that lines under the table begin with (合计, 制表人): no rows, set aside in quarantine as `footer_line`, and not counted among the rows a sender declares. */
const footer = z.array(z.string().trim().min(1).max(20)).min(1).max(50).optional();

/** Objects in a record: its fields are named by their path (`房屋.面积`), an array is its JSON text. Without it such a record is unreadable. */
const nested = z.literal('columns').optional();

/** What one file is, by itself or inside a container. */
const fileShapes = [
  z.object({
    shape: z.literal('csv'),
    encoding: z.enum(['gb18030', 'utf-8', 'utf-8-bom']),
    delimiter: z.string().length(1).default(','),
    headerRows,
    headerNames,
    head: headSchema.optional(),
    footer,
  }),
  /** Cells between any delimiter, mostly without a way of quoting it. */
  z.object({
    shape: z.literal('txt'),
    encoding,
    delimiter,
    quoted: z.boolean().default(false),
    headerRows,
    headerNames,
    head: headSchema.optional(),
    footer,
  }),
  /** Cells at fixed places of the line; agencies count bytes of GB18030, where a Chinese character is two (or four). */
  z.object({
    shape: z.literal('fixed'),
    encoding,
    unit: z.enum(['bytes', 'characters']).default('bytes'),
    /** Place from 1. Blanks around a value are filling. */
    columns: z
      .array(
        z.object({
          source: z.string().min(1),
          start: z.number().int().positive(),
          length: z.number().int().positive(),
        }),
      )
      .min(1),
    head: headSchema.optional(),
  }),
  z.object({
    shape: z.literal('xlsx'),
    /** Name of the sheet read, or a pattern (`*` for anything): those like it are read one behind the other. Without it the only sheet that holds something, or whose header is this contract's. */
    sheet: z.string().optional(),
    /** Rows with something in them above the header: titles, who filled it in. */
    skip: z.number().int().min(0).max(100).optional(),
    /** Rows of the header; without it one. */
    headerRows: z.number().int().min(1).max(9).optional(),
    headerNames,
    footer,
  }),
  z.object({ shape: z.literal('xml'), record: z.string() }),
  z.object({ shape: z.literal('jsonl'), nested }),
  /** One JSON text: an array of objects, at the top or behind these names. */
  z.object({ shape: z.literal('json'), path: z.array(z.string()).default([]), nested }),
  z.object({ shape: z.literal('parquet') }),
] as const;

export const deliverySchema = z.discriminatedUnion('shape', [
  ...fileShapes,
  z.object({
    shape: z.literal('zip'),
    /** Which of the container's files are read, `*` standing for anything; in order of their names. */
    entries: z.string().min(1).default('*'),
    of: z.discriminatedUnion('shape', fileShapes),
  }),
]);

export const datasetSchema = z.object({
  source: identifier,
  dataset: identifier,
  /** Counts up with every change agreed with the agency; in the ledger with each delivery read under it. */
  version: z.number().int().positive().default(1),
  /** First business date whose files are of this version; those before it are of `versions`. */
  effectiveFrom: z.iso.date().optional(),
  /** Earlier versions, oldest first. */
  versions: z.array(versionSchema).default([]),
  /** What happens when the source changes without a word. */
  drift: driftSchema.default(driftSchema.parse({})),
  /** Control totals the sender declares, in header information or a control file (`<file>.manifest.json`), against those counted. */
  controls: z
    .object({
      /** Which disagreement refuses the delivery; the others are told in its certificate. */
      refuse: z.enum(['rows', 'all', 'none']).default('rows'),
      /** `required`: a file waits in the inbox until its control file is there. */
      manifest: z.enum(['optional', 'required']).default('optional'),
    })
    .optional(),
  /**
   * A draft is made from a file alone: nobody has said yet whose data it is and why we may hold it, so its texts stay hidden. `held`:
   * a draft nobody has accepted either; what comes waits in quarantine, every row (docs/decisions/0013-unknown-tables.md).
   */
  state: z.enum(['held', 'draft', 'agreed']).default('agreed'),
  /** Chinese title and the catalog or clause it comes from. */
  zh: z.string(),
  reference: z.string(),
  /** Agency that owns the data (责任方). */
  owner: z.string(),
  /** One sentence: what one row is. */
  grain: z.string(),
  /** Standard names of the fields that identify a row. None: nothing in a row does, each is known by its file and its number there, and all are kept; only for `append`. */
  key: z.array(identifier),
  load: z.object({
    /**
     * `full`: each delivery is the whole table; the difference to the state known is loaded as Insert, Update, Delete.
     * `incremental`: each delivery holds new and changed rows, told apart by key. `append`: rows are facts and never change.
     * `changes`: each delivery is a stretch of the source's change log, with `_op` and `_change` beside the columns.
     */
    strategy: z.enum(['full', 'incremental', 'append', 'changes']),
    /** The business date of a row: partitions events, drives lateness. */
    cursor: identifier.optional(),
    /** Field that holds the source's own operation word (`I`/`U`/`D`), where the source sends one. */
    operation: identifier.optional(),
    /** Share of the rows known that a whole table may lack before it is held as `mass_delete`: a file cut short is likelier. */
    maxDeletedShare: z.number().min(0).max(1).default(0.5),
  }),
  delivery: deliverySchema,
  cadence: z.enum(['daily', 'weekly', 'monthly', 'irregular']),
  /** Days after the end of a period by which its delivery must be here. */
  latenessDays: z.number().int().positive(),
  /** Highest classification level of any value, and why we may hold it. */
  level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  legalBasis: z.string(),
  fields: z.array(fieldSchema).min(1),
  /** Cross-field rules over standard names. `sql` is a ClickHouse Boolean over the parsed columns; true means the row FAILS. */
  checks: z
    .array(
      z.object({
        rule: identifier,
        message: z.string(),
        sql: z.string(),
        onFail: z.enum(['mark', 'reject']),
      }),
    )
    .default([]),
});

export type Field = z.output<typeof fieldSchema>;
export type Delivery = z.output<typeof deliverySchema>;
export type Head = z.output<typeof headSchema>;
export type Dataset = z.output<typeof datasetSchema>;
export type DatasetInput = z.input<typeof datasetSchema>;

/** Checks a contract and returns it whole. Throws at import time, naming the data set, when it contradicts itself. */
export function defineDataset(input: DatasetInput): Dataset {
  const parsed = datasetSchema.safeParse(input);
  const id = `${input.source}.${input.dataset}`;
  if (!parsed.success) throw new Error(`contract ${id}: ${z.prettifyError(parsed.error)}`);
  const dataset = parsed.data;
  const names = new Set(dataset.fields.map((field) => field.name));
  for (const name of [...dataset.key, dataset.load.cursor, dataset.load.operation]) {
    if (name !== undefined && !names.has(name))
      throw new Error(`contract ${id}: ${name} is not one of its fields`);
  }
  if (isKeyless(dataset) && dataset.load.strategy !== 'append')
    throw new Error(`contract ${id}: without a key rows can only be added (load.strategy append)`);
  for (const list of ['name', 'source'] as const) {
    const seen = new Set<string>();
    for (const field of dataset.fields) {
      if (seen.has(field[list]))
        throw new Error(`contract ${id}: two fields have the ${list} ${field[list]}`);
      seen.add(field[list]);
    }
  }
  const undated = dataset.fields.find(
    ({ calendar, element }) => calendar !== undefined && !['date', 'month', 'timestamp'].includes(element),
  );
  if (undated) throw new Error(`contract ${id}: ${undated.name} has a calendar and is no day`);
  const kindless = dataset.fields.find(
    ({ certificate }) =>
      certificate !== undefined &&
      dataset.fields.find(({ name }) => name === certificate)?.codes !== 'certificate_kind',
  );
  if (kindless)
    throw new Error(`contract ${id}: ${kindless.name} names ${kindless.certificate}, no certificate_kind`);
  checkVersions(dataset, id, names);
  const fault = namedPolicyFault(
    dataset.drift,
    dataset.fields.map(({ source }) => source),
    dataset.fields
      .filter(({ name }) => [...dataset.key, dataset.load.cursor, dataset.load.operation].includes(name))
      .map(({ source }) => source),
  );
  if (fault !== undefined) throw new Error(`contract ${id}: ${fault}`);
  return dataset;
}

function checkVersions(dataset: Dataset, id: string, names: ReadonlySet<string>): void {
  const { versions, version, effectiveFrom } = dataset;
  if (versions.length > 0 && effectiveFrom === undefined)
    throw new Error(`contract ${id}: with earlier versions it must say effectiveFrom`);
  const all = [...versions, { version, effectiveFrom: effectiveFrom ?? '' }];
  for (const [i, later] of all.slice(1).entries()) {
    const earlier = all[i];
    if (earlier && (earlier.version >= later.version || earlier.effectiveFrom >= later.effectiveFrom))
      throw new Error(`contract ${id}: versions must follow each other in number and date`);
  }
  for (const { version: number, renamed, units, codes, missing } of versions) {
    for (const name of [...[renamed, units, codes].flatMap(Object.keys), ...missing]) {
      if (!names.has(name))
        throw new Error(`contract ${id}: version ${number} names ${name}, no field of it`);
    }
  }
}

/** Does nothing in a row tell it from others? */
export const isKeyless = ({ key }: Pick<Dataset, 'key'>): boolean => key.length === 0;
/** `social_insurance.enterprise_basic` */
export const datasetId = (dataset: Pick<Dataset, 'source' | 'dataset'>): string =>
  `${dataset.source}.${dataset.dataset}`;
/** Table name shared by the raw table, its staging table and the standardising model. */
export const tableName = (dataset: Pick<Dataset, 'source' | 'dataset'>): string =>
  `${dataset.source}__${dataset.dataset}`;
