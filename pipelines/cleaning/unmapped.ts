/** Words agencies sent that no code list knows: how often, since when, and which code they may mean. */
import { z } from 'zod';
import { codeListNamed, isCodeListName, normaliseWordSql } from '../../domain/codes/index.ts';
import type { Contracts } from '../../ingestion/contracts/home.ts';
import { datasetId, type Dataset, type Field, tableName } from '../../ingestion/contract.ts';
import { stdName } from '../../ingestion/generate/std-columns.ts';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type Proposal, proposeCode } from './similar.ts';

export interface UnmappedWord {
  dataset: string;
  field: string;
  list: string;
  word: string;
  rows: number;
  lastSeen: string;
  proposal: Proposal | null;
}

const WORDS_A_FIELD = 200;

/**
 * Words of the current rows of the standardising models, so what an active rule maps is not among them; the commonest first.
 * A data set that is not built yet has none.
 */
export async function unmappedWords(
  warehouse: Warehouse,
  contracts: Pick<Contracts, 'all' | 'get'>,
  only: { dataset?: string; field?: string } = {},
): Promise<UnmappedWord[]> {
  const datasets = only.dataset === undefined ? contracts.all : [contracts.get(only.dataset)];
  const built = await builtModels(warehouse);
  const words: UnmappedWord[] = [];
  for (const dataset of datasets) {
    const fields = dataset.fields.filter(
      ({ name, codes }) =>
        codes !== undefined && isCodeListName(codes) && (only.field === undefined || only.field === name),
    );
    if (fields.length === 0 || !built.has(stdName(dataset))) continue;
    words.push(...(await wordsOf(warehouse, dataset, fields)));
  }
  return words.toSorted((a, b) => b.rows - a.rows || (a.word < b.word ? -1 : 1));
}

const builtModels = async (warehouse: Warehouse): Promise<Set<string>> =>
  new Set(
    (
      await warehouse.rows(
        "SELECT name FROM system.tables WHERE database = 'base' AND startsWith(name, 'std_')",
        z.object({ name: z.string() }),
        { lane: 'interactive', tag: 'unmapped' },
      )
    ).map(({ name }) => name),
  );

async function wordsOf(
  warehouse: Warehouse,
  dataset: Dataset,
  fields: readonly Field[],
): Promise<UnmappedWord[]> {
  const pairs = fields.map(
    ({ name, source }) => `('${name}', ${normaliseWordSql(`delivered.${identifier(source)}`)})`,
  );
  const current = dataset.load.strategy === 'append' ? '' : 'is_current = 1 AND ';
  const rows = await warehouse.rows(
    `SELECT one.1 AS field, left(one.2, 100) AS word, toUInt32(count()) AS rows, toString(max(delivered._business_date)) AS last_seen
     FROM raw.${identifier(tableName(dataset))} AS delivered
     INNER JOIN (SELECT _batch_id, _row_no, _defects FROM base.${identifier(stdName(dataset))}
       WHERE ${current}arrayExists(defect -> endsWith(defect, ':unmapped'), _defects)) AS marked
       ON delivered._batch_id = marked._batch_id AND delivered._row_no = marked._row_no
     ARRAY JOIN arrayFilter(pair -> has(marked._defects, concat(pair.1, ':unmapped')), [${pairs.join(', ')}]) AS one
     GROUP BY field, word ORDER BY rows DESC, word LIMIT ${WORDS_A_FIELD} BY field`,
    z.object({ field: z.string(), word: z.string(), rows: z.number(), last_seen: z.string() }),
    { lane: 'batch', tag: 'unmapped', maxSeconds: 120 },
  );
  return rows.map(({ last_seen: lastSeen, ...row }) => {
    const list = fields.find(({ name }) => name === row.field)?.codes ?? '';
    return {
      dataset: datasetId(dataset),
      ...row,
      list,
      lastSeen,
      proposal: proposeCode(codeListNamed(list), row.word),
    };
  });
}
