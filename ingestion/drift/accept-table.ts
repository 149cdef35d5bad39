/** Somebody takes a table in that came without a contract. */
import { sql } from 'kysely';
import { AppError } from '../../domain/errors.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Contracts, saveContract } from '../contracts/home.ts';
import type { Dataset } from '../contract.ts';
import { lackingOf } from './lacking.ts';
import { draftTable, unknownTables } from './tables.ts';

/**
 * What is held lands from now on, by the draft as somebody has made it; what waits in the inbox gets one. A contract somebody wrote
 * meanwhile stays as it is.
 * @returns the version of the contract
 * @throws AppError `conflict` when there is neither a contract nor a file to make one of
 */
export async function takeTableIn(
  platform: Platform,
  contracts: Contracts,
  { driftId, dataset }: { driftId: string; dataset: string },
): Promise<number> {
  const contract = contracts.find(dataset);
  if (!contract) {
    const table = (await unknownTables(platform.config)).find(
      (each) => `${each.source}.${each.dataset}` === dataset,
    );
    if (!table)
      throw new AppError('conflict', 'No file of the table waits any more.', {
        fix: 'Accept it when one is there.',
      });
    if (!(await draftTable(platform, table, 'freeze')))
      throw new AppError('conflict', 'None of the files that wait can be read as a table.', {
        fix: 'Write a contract, or have it sent in another form.',
      });
    return 1;
  }
  if (contract.state === 'held')
    await saveContract(platform.config, released(contract, await columnsHeld(platform, driftId)));
  return contract.version;
}

/** The draft, held no more: columns one of the files lacks may be absent, or that file would be refused now. */
const released = (contract: Dataset, files: readonly (readonly string[])[]): Dataset => ({
  ...contract,
  state: 'draft',
  fields: contract.fields.map((field) => ({
    ...field,
    optionalColumn: field.optionalColumn || files.some((columns) => !columns.includes(field.source)),
  })),
});

/** The columns of the draft in each delivery that is held. */
async function columnsHeld(platform: Platform, driftId: string): Promise<string[][]> {
  const held = (await lackingOf(platform, [driftId])).get(driftId) ?? [];
  if (held.length === 0) return [];
  const rows = await platform.store.db
    .selectFrom('batch')
    .select(sql<string[]>`findings #> '{schema,columns}'`.as('columns'))
    .where(
      'batch_id',
      'in',
      held.map(({ batchId }) => batchId),
    )
    .execute();
  return rows.map(({ columns }) => columns);
}
