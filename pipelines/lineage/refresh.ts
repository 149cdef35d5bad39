/** Column lineage of every model, kept in `meta.column_lineage`, where analysts can join it with everything else. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isAppError } from '../../domain/errors.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import type { Project } from '../dbt/resolve.ts';
import { relationName } from '../dbt/types.ts';
import { columnInputs } from './columns.ts';
import type { ColumnInput } from './columns.ts';
import { explain, modelSql } from './explain.ts';

/** Lineage does not depend on the day, so a model's text is compared as of this one. */
const ANY_DAY = '2000-01-01';
/** Another reading of the tree makes all rows anew. */
const VERSION = '1';

/**
 * Reads anew the models whose SQL is not the one last read, and forgets models that are gone.
 * A model that cannot be explained (its inputs were never built) keeps what was known of it.
 * @returns how many models were read
 */
export async function refreshColumnLineage(platform: Platform, project: Project): Promise<number> {
  const { warehouse } = platform;
  const known = await readHashes(platform);
  const seen = new Set<string>();
  let read = 0;
  const nodes = project.nodes.values();
  const work = async (): Promise<void> => {
    for (const node of nodes) {
      if (node.kind !== 'model' || node.config.materialized === 'ephemeral') continue;
      const model = relationName(node.relation);
      seen.add(model);
      const sql = modelSql(project, node, ANY_DAY);
      const hash = createHash('sha256').update(VERSION).update(sql).digest('hex').slice(0, 32);
      if (known.get(model) === hash) continue;
      try {
        await write(platform, model, hash, columnInputs(await explain(warehouse, sql)));
        read++;
      } catch (error) {
        if (!isAppError(error)) throw error;
        platform.log.warn({ model, code: error.code }, 'the lineage of a model could not be read');
      }
    }
  };
  // The engine reads one query on one core: as many at once as the lane has connections.
  await Promise.all(Array.from({ length: platform.config.lanes.batch.connections }, work));
  for (const model of known.keys()) if (!seen.has(model)) await forget(platform, model);
  return read;
}

async function readHashes({ warehouse }: Platform): Promise<Map<string, string>> {
  const rows = await warehouse.rows(
    'SELECT model, any(sql_hash) AS sql_hash FROM meta.column_lineage GROUP BY model',
    z.object({ model: z.string(), sql_hash: z.string() }),
    { lane: 'batch', tag: 'lineage' },
  );
  return new Map(rows.map(({ model, sql_hash }) => [model, sql_hash]));
}

/** A model is a partition: what is known of it goes and comes as a whole, and a crash between leaves it to be read again. */
async function write(
  platform: Platform,
  model: string,
  hash: string,
  inputs: readonly ColumnInput[],
): Promise<void> {
  await forget(platform, model);
  // A model that reads nothing is known all the same.
  const rows =
    inputs.length > 0 ? inputs : [{ column: '*', relation: '', relationColumn: '', how: 'identity' }];
  const lines = rows.map((one) =>
    [one.column, one.relation, one.relationColumn, one.how].map(literal).join(', '),
  );
  await platform.warehouse.run(
    `INSERT INTO meta.column_lineage (model, column, input, input_column, how, sql_hash)
     SELECT ${literal(model)}, row.1, row.2, row.3, row.4, ${literal(hash)}
     FROM (SELECT arrayJoin([${lines.map((line) => `(${line})`).join(',\n')}]) AS row)`,
    { lane: 'batch', tag: 'lineage' },
  );
}

const forget = ({ warehouse }: Platform, model: string): Promise<void> =>
  warehouse.run(`ALTER TABLE meta.column_lineage DROP PARTITION ${literal(model)}`, {
    lane: 'batch',
    tag: 'lineage',
  });
