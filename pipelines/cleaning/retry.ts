/** What rules make of rows in quarantine, in tables of its own: the statements together are longer than the engine takes at once. */
import { z } from 'zod';
import { type Dataset, datasetId, tableName } from '../../ingestion/contract.ts';
import { rawTable } from '../../ingestion/generate/raw-table.ts';
import { checkedSql } from '../../ingestion/landing/check-sql.ts';
import { deliveredSql } from '../../ingestion/landing/delivered-sql.ts';
import { asRepaired } from '../../ingestion/quarantine/as-repaired.ts';
import { ONE_BLOCK } from '../../ingestion/quarantine/index.ts';
import { identifier, literal, tableName as placeOf } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { cleanedSql } from './compile.ts';
import type { Rule } from './rule.ts';

const OPTIONS = { lane: 'batch', tag: 'cleaning quarantine' } as const;
/** One number a row, for the checks know rows of one file alone. */
const ROW = 'bitOr(bitShiftLeft(toUInt64(batch_id), 32), row_no)';
const BATCH = 'bitShiftRight(_row_no, 32)';
const ROW_NO = 'bitAnd(_row_no, 4294967295)';

export class Retry {
  readonly #warehouse: Warehouse;
  readonly #dataset: Dataset;
  readonly #rules: readonly Rule[];
  readonly #name: string;
  readonly #made: string[] = [];

  /**
   * @param rules those that change texts, in order
   * @param name of its tables: a try-out and a run look at a data set at the same time
   */
  constructor(
    warehouse: Warehouse,
    dataset: Dataset,
    rules: readonly Rule[],
    name: 'waiting' | 'trial' = 'waiting',
  ) {
    this.#warehouse = warehouse;
    this.#dataset = dataset;
    this.#rules = rules;
    this.#name = name;
  }

  /**
   * Writes the changes of the rows that would land by them into `meta.quarantine_edit`, all or none. A row must have failed its checks
   * and pass them now, nothing newer may have come under its key, and the rules must make of it as it lands what they make of it as it
   * was delivered: a rule that would change a value twice leaves the row to people. Only fields at fault are changed; of the others
   * raw keeps the delivered text, which the rules clean on the way to base and give back when they are retired.
   * @param waiting SELECT of `batch_id, row_no, row_text`
   */
  async write(edits: string, waiting: string): Promise<void> {
    const id = literal(datasetId(this.#dataset));
    await this.#withFit(waiting, undefined, (fit) =>
      this.#run(
        `INSERT INTO meta.quarantine_edit (edits, dataset, batch_id, row_no, step, field, rule_id, rule_version, value_before, value_after, at)
         SELECT ${literal(edits)}, ${id}, ${BATCH}, ${ROW_NO}, step, change.field, change.rule_id, change.rule_version,
           change.value_before, change.value_after, now64(3, 'UTC')
         FROM (${fit})
         ARRAY JOIN changes AS change, arrayEnumerate(changes) AS step
         ${ONE_BLOCK}`,
      ),
    );
  }

  /** How many rows `write` would let land that the rule has a part in. @param waiting as of `write` */
  async count(ruleId: number, waiting: string): Promise<number> {
    const isOurs = `arrayExists(change -> change.rule_id = ${Math.trunc(ruleId)}, changes)`;
    return this.#withFit(waiting, 0, (fit) =>
      this.#warehouse.value(`SELECT count() FROM (${fit}) WHERE ${isOurs}`, z.coerce.number(), OPTIONS),
    );
  }

  /** Calls `use` with a SELECT of `_row_no, changes` of the rows that would land; where there is none, not at all. */
  async #withFit<T>(waiting: string, nothing: T, use: (fit: string) => Promise<T>): Promise<T> {
    try {
      const fit = await this.#fit(waiting);
      return fit === undefined ? nothing : await use(fit);
    } finally {
      for (const table of this.#made) await this.#run(`DROP TABLE IF EXISTS ${table} SYNC`);
    }
  }

  async #fit(waiting: string): Promise<string | undefined> {
    const { fields } = this.#dataset;
    const noDefects = `CAST([], 'Array(String)') AS _defects`;
    const sources = fields.map(({ source }) => identifier(source));
    const texts = fields.map(
      ({ source }) => `JSONExtractString(row_text, ${literal(source)}) AS ${identifier(source)}`,
    );
    const delivered = await this.#make(
      'delivered',
      `SELECT ${ROW} AS _row_no, ifNull(days.business_date, toDate(0)) AS _business_date, ${noDefects}, ${texts.join(', ')}
       FROM (${waiting}) AS waiting LEFT JOIN (SELECT batch_id, business_date FROM meta.batch FINAL) AS days USING (batch_id)`,
    );
    const cleaned = await this.#make('cleaned', this.#cleaned(delivered));
    const isAtFault = (name: string): string => `hasAny(faults, ['*', ${name}])`;
    const landing = await this.#make(
      'landing',
      `SELECT sent._row_no AS _row_no, sent._business_date AS _business_date, sent._defects AS _defects,
         arrayMap(reject -> splitByChar(':', reject)[1], checked._rejects) AS faults,
         arrayFilter(one -> ${isAtFault('one.field')}, made._cleaned) AS changes,
         ${fields.map(({ name, source }) => `if(${isAtFault(literal(name))}, made.${identifier(source)}, sent.${identifier(source)}) AS ${identifier(source)}`).join(', ')}
       FROM ${delivered} AS sent
       INNER JOIN ${cleaned} AS made USING (_row_no)
       INNER JOIN (${this.#checked(delivered)}) AS checked USING (_row_no)
       WHERE notEmpty(checked._rejects) AND notEmpty(changes)`,
    );
    const passed = await this.#make(
      'passed',
      `SELECT _row_no, _key_hash FROM (${this.#checked(landing)}) WHERE empty(_rejects)`,
    );
    const rows = await this.#warehouse.value(`SELECT count() FROM ${passed}`, z.coerce.number(), OPTIONS);
    if (rows === 0) return undefined;
    const again = await this.#make('again', this.#cleaned(landing));
    const newest = `SELECT _key_hash, max(_batch_id) AS batch FROM ${rawTable(this.#dataset)}
      WHERE _key_hash IN (SELECT _key_hash FROM ${passed}) GROUP BY _key_hash`;
    const same = (of: string): string => `tuple(${sources.map((source) => `${of}.${source}`).join(', ')})`;
    return `
      SELECT landing._row_no AS _row_no, landing.changes AS changes
      FROM ${landing} AS landing
      INNER JOIN ${cleaned} AS made USING (_row_no)
      INNER JOIN ${again} AS again USING (_row_no)
      INNER JOIN ${passed} AS passed USING (_row_no)
      LEFT JOIN (${newest}) AS held ON passed._key_hash = held._key_hash
      WHERE ${same('again')} = ${same('made')} AND held.batch <= bitShiftRight(landing._row_no, 32)`;
  }

  /** Nothing people write has a brace in it (inert.ts): what is taken out was put in for dbt. */
  #cleaned(from: string): string {
    const { fields } = this.#dataset;
    const columns = ['_row_no', '_cleaned', ...fields.map(({ source }) => identifier(source))];
    const sql = cleanedSql(this.#dataset, this.#rules, from).replaceAll(/\{% (?:end)?raw %\}/g, '');
    return `SELECT ${columns.join(', ')} FROM (${sql})`;
  }

  #checked(from: string): string {
    const dataset = asRepaired(this.#dataset, 'mend');
    const columns = dataset.fields.map(({ source }) => source);
    const checked = checkedSql(dataset, deliveredSql(dataset, { columns, numbering: 'column' }, from));
    return `SELECT _row_no, _key_hash, _rejects FROM (${checked})`;
  }

  async #make(name: string, select: string): Promise<string> {
    const table = placeOf('raw_stage', `${tableName(this.#dataset)}__${this.#name}_${name}`);
    this.#made.push(table);
    await this.#run(`CREATE OR REPLACE TABLE ${table} ENGINE = Memory AS ${select}`);
    return table;
  }

  #run = (sql: string): Promise<void> => this.#warehouse.run(sql, OPTIONS);
}
