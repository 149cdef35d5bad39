/**
 * Bad rows, by family of faults (`ingestion/sample-city/deliver`): were they cleaned, marked, turned away or recognised as repeats
 * as they should? Found is what stands in raw and in quarantine, row by row of each file. A row left out as a repeat of one known
 * was planted and is judged in the file that brought it first; that it was rightly left out is what the family `repeat` measures.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { contractsOf } from '../../ingestion/contracts/home.ts';
import { type Dataset, datasetId, type Field } from '../../ingestion/contract.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import { rawTable } from '../../ingestion/generate/raw-table.ts';
import { faultsOf } from '../../ingestion/sample-city/deliver/faults.ts';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { DetectPart, Found } from './part.ts';
import { repeats } from './repeats.ts';
import { TRUTH_TABLE, readTruth } from './truth-table.ts';

const AT_LEAST = 0.99;
const LANE = { lane: 'batch', tag: 'bench detect' } as const;

export const badRows: DetectPart = {
  name: 'bad-rows',
  needs: 'landed',
  run: async ({ platform, truth }) => {
    const { warehouse } = platform;
    const { all } = await contractsOf(platform.config);
    await readTruth(platform, join(truth, 'rows.jsonl'), all);
    const tallies = new Tallies();
    for (const dataset of all) {
      await tallies.addAll(verdicts(warehouse, dataset));
      await tallies.addAll(cleaned(warehouse, dataset));
    }
    return [...tallies.found(), await repeats(platform, join(truth, 'accounts.json'))];
  },
};

interface Tally {
  family: string;
  /** In the truth; of these found as they should be; found at all (right or wrong). */
  planted: number;
  right: number;
  found: number;
}

class Tallies {
  private readonly byFamily = new Map<string, Tally>();

  async addAll(tallies: Promise<Tally[]>): Promise<void> {
    for (const { family, planted, right, found } of await tallies) {
      const sum = this.byFamily.get(family) ?? { family, planted: 0, right: 0, found: 0 };
      this.byFamily.set(family, {
        ...{ family, planted: sum.planted + planted },
        ...{ right: sum.right + right, found: sum.found + found },
      });
    }
  }

  found(): Found[] {
    return [...this.byFamily.values()]
      .sort((a, b) => (a.family < b.family ? -1 : 1))
      .map(({ family, planted, right, found }) => ({
        ...{ name: family, planted, found, atLeast: AT_LEAST },
        precision: found === 0 ? 1 : right / found,
        recall: planted === 0 ? 1 : right / planted,
      }));
  }
}

const tally = z.object({
  ...{ family: z.string(), planted: z.number(), right: z.number(), found: z.number() },
});
const oneOf = (key: string): string =>
  `toUInt32(countIf(is_planted)) AS planted, toUInt32(countIf(is_planted AND is_found)) AS right, toUInt32(countIf(is_found)) AS found FROM ${key}`;

/**
 * Marks and rejections: a full join of what was planted and what was found, by file, row, field and rule. What was found and not
 * planted counts against the family whose faults break that rule.
 */
function verdicts(warehouse: Warehouse, dataset: Dataset): Promise<Tally[]> {
  const id = literal(datasetId(dataset));
  const planted = `SELECT batch_id, row_no, field, rule, any(family) AS family FROM ${TRUTH_TABLE}
    WHERE dataset = ${id} AND (effect = 'mark' AND is_held OR effect = 'quarantine') GROUP BY batch_id, row_no, field, rule`;
  const found = `SELECT _batch_id AS batch_id, _row_no AS row_no, splitByChar(':', arrayJoin(_defects) AS defect)[1] AS field,
      splitByChar(':', defect)[2] AS rule FROM ${rawTable(dataset)} WHERE notEmpty(_defects) AND _op != 'Delete'
    UNION ALL
    SELECT batch_id, row_no, multiIf(rule IN (${contradictionsOf(dataset)}), '*', rule = 'duplicate_key', '', field) AS field, rule
    FROM meta.quarantine WHERE dataset = ${id}`;
  return warehouse.rows(
    `SELECT if(planted.family != '', planted.family, ${familySql(dataset)}) AS family, ${oneOf(`
      (SELECT *, 1 AS is_planted FROM (${planted})) AS planted
      FULL JOIN (SELECT *, 1 AS is_found FROM (${found})) AS found USING (batch_id, row_no, field, rule)`)} GROUP BY family`,
    tally,
    LANE,
  );
}

const contradictionsOf = ({ checks }: Dataset): string =>
  checks.map(({ rule }) => literal(rule)).join(', ') || "''";

/** The family a rule broken without having been planted is held against. */
function familySql(dataset: Dataset): string {
  const families = dataset.fields.flatMap((field) =>
    faultsOf(field)
      .filter(({ rule }) => rule !== '')
      .map(({ rule, family }) => [`${field.name}:${rule}`, family] as const),
  );
  const keys = [...new Map(families)];
  const known = `transform(concat(field, ':', rule), [${keys.map(([key]) => literal(key)).join(', ') || "''"}], [${keys.map(([, family]) => literal(family)).join(', ') || "''"}], concat('other ', toString(rule)))`;
  return `multiIf(rule = 'required', 'missing', rule = 'duplicate_key', 'second_of_key', field = '*', 'contradiction', field = '', 'broken', ${known})`;
}

/** Cleaned values: what the element makes of the delivered text equals what it makes of the right one, and nothing is marked. */
async function cleaned(warehouse: Warehouse, dataset: Dataset): Promise<Tally[]> {
  const tallies = await Promise.all(
    dataset.fields.map((field) => warehouse.rows(cleanedSql(dataset, field), tally, LANE)),
  );
  return tallies.flat();
}

function cleanedSql(dataset: Dataset, field: Field): string {
  const element = fieldElement(field);
  const value = (text: string): string => element.parseSql(element.normaliseSql(text));
  const isClean = `NOT arrayExists(defect -> startsWith(defect, ${literal(`${field.name}:`)}), raw._defects)`;
  return `SELECT truth.family AS family, ${oneOf(`(
      SELECT truth.family AS family, 1 AS is_planted,
        ifNull(toString(${value(`raw.${identifier(field.source)}`)}) = toString(${value('truth.clean')}), 0) AND ${isClean} AS is_right,
        (${isClean} OR is_right) AS is_found
      FROM (SELECT * FROM ${TRUTH_TABLE} WHERE dataset = ${literal(datasetId(dataset))} AND field = ${literal(field.name)}
              AND effect = 'cleaned' AND is_held) AS truth
      LEFT JOIN ${rawTable(dataset)} AS raw ON truth.batch_id = raw._batch_id AND truth.row_no = raw._row_no)`).replace(
    'is_planted AND is_found',
    'is_right',
  )} AS truth GROUP BY family`;
}
