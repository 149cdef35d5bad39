/** Values change their kind: after staging, before anything is published. */
import { z } from 'zod';
import { identifier } from '../../warehouse/engine/sql.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { stagingTable } from '../generate/raw-table.ts';
import type { BatchStager, BatchToStage, StagedBatch } from '../landing/stage.ts';
import { refusal } from '../readers/index.ts';
import { type Ruling, type TypePolicy, typePolicy } from './policy.ts';
import { reportDrift } from './reports.ts';

/** Of fewer values a share says nothing. */
const FEWEST = 10;
const count = z.coerce.number();

/**
 * Stages a batch, and deals with columns whose values fail more often than the contract allows.
 * @throws AppError `refused_delivery`, rule `type_drift`, under the policy `freeze`; nothing is published then
 */
export async function stageWatched(
  platform: Platform,
  deliveryId: string,
  batch: BatchToStage,
  stager: BatchStager,
): Promise<StagedBatch> {
  const staged = await stager.stage();
  const { dataset } = batch;
  if (staged.good.defects === 0 && staged.quarantineTable === null) return staged;
  const failing = await failingFields(platform, dataset, staged.quarantineTable);
  if (failing.length === 0) return staged;
  const frozen = failing.filter(({ policy }) => policy === 'freeze');
  // One frozen column refuses the delivery with all the others.
  const isRefused = frozen.length > 0;
  await reportDrift(
    platform,
    dataset,
    deliveryId,
    failing.map(({ field, share, rule, policy, isNamed }) => ({
      entity: 'type' as const,
      column: field,
      change: 'failing_values' as const,
      detail: `${Math.round(share * 1000) / 10} % of the values of “${field}” fail, most by the rule ${rule}.`,
      share,
      policy: isRefused && policy !== 'freeze' ? 'refused' : policy,
      isNamed,
    })),
  );
  if (isRefused) {
    throw refusal(
      'type_drift',
      `${frozen.length === 1 ? 'A column holds' : `${frozen.length} columns hold`} other values than agreed.`,
      { column: frozen[0]?.field ?? '', share: Math.round((frozen[0]?.share ?? 0) * 1000) / 1000 },
      'Agree on a new version of the contract, or send the file again with the values agreed.',
    );
  }
  const columns = failing.filter(({ policy }) => policy === 'quarantine').map(({ field }) => field);
  if (columns.length === 0) return staged;
  const strict: Dataset = {
    ...dataset,
    fields: dataset.fields.map((field) =>
      columns.includes(field.source) ? { ...field, onInvalid: 'reject' } : field,
    ),
  };
  return stager.stage(strict);
}

interface Failing extends Ruling<TypePolicy> {
  /** The source's column. */
  field: string;
  share: number;
  rule: string;
}

async function failingFields(
  { warehouse }: Platform,
  dataset: Dataset,
  quarantineTable: string | null,
): Promise<Failing[]> {
  const options = { lane: 'batch', tag: `drift ${datasetId(dataset)}` } as const;
  const good = stagingTable(dataset, 'new');
  const failures = await warehouse.rows(
    `SELECT field, argMax(rule, rows) AS rule, toString(sum(rows)) AS failed FROM (
       SELECT splitByChar(':', defect)[1] AS field, splitByChar(':', defect)[2] AS rule, count() AS rows
       FROM ${good} ARRAY JOIN _defects AS defect GROUP BY field, rule
       ${quarantineTable === null ? '' : `UNION ALL SELECT field, rule, count() AS rows FROM ${quarantineTable} WHERE value != '' GROUP BY field, rule`}
     ) GROUP BY field`,
    z.object({ field: z.string(), rule: z.string(), failed: count }),
    options,
  );
  const watched = failures.flatMap((failure) => {
    const field = dataset.fields.find(({ name }) => name === failure.field);
    return field ? [{ ...failure, field }] : [];
  });
  if (watched.length === 0) return [];
  const filled = watched.map(({ field }, i) => `countIf(${identifier(field.source)} != '') AS f${i}`);
  const [good_] = await warehouse.rows(
    `SELECT ${filled.join(', ')} FROM ${good}`,
    z.record(z.string(), count),
    options,
  );
  const rejected =
    quarantineTable === null
      ? []
      : await warehouse.rows(
          `SELECT field, toString(count()) AS rows FROM ${quarantineTable} WHERE value != '' GROUP BY field`,
          z.object({ field: z.string(), rows: count }),
          options,
        );
  return watched.flatMap(({ field, rule, failed }, i) => {
    const values = (good_?.[`f${i}`] ?? 0) + (rejected.find((each) => each.field === field.name)?.rows ?? 0);
    const share = values === 0 ? 0 : failed / values;
    const { threshold, ...ruling } = typePolicy(dataset.drift, field.source);
    return values >= FEWEST && share > threshold ? [{ field: field.source, share, rule, ...ruling }] : [];
  });
}
