/**
 * What staff change in the operational store comes back as one more source: each entity's new changes become a delivery
 * of JSON lines in the inbox, and from there go the way of every other file.
 */
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Dataset } from '../ingestion/contract.ts';
import { findDataset } from '../ingestion/contracts/index.ts';
import { errorCode } from '../warehouse/error-code.ts';
import { homePaths } from '../warehouse/home.ts';
import type { Platform } from '../warehouse/platform.ts';

const ENTITIES = ['application', 'contract', 'complaint', 'breach_report'] as const;
const SOURCE = 'anju';
/** A file holds at most this many changes; more become more files. */
const CHANGES_A_FILE = 10_000;
const FILE_NAME = /^changes-(\d+)-(\d+)-/;

interface Change {
  change_no: string;
  operation: string;
  record: Record<string, unknown>;
  day: string;
}

/**
 * Writes the changes not yet delivered. A file's name holds the first and last number in it, and what has been delivered
 * or waits is read from those names: called again after a crash, it goes on where it was. Returns the number of changes.
 */
export async function deliverStaffChanges(platform: Platform): Promise<number> {
  let delivered = 0;
  for (const entity of ENTITIES) {
    const dataset = findDataset(`${SOURCE}.${entity}`);
    if (!dataset) continue;
    const directory = join(homePaths(platform.config.home).inbox, SOURCE, entity);
    for (let last = await lastDelivered(platform, entity, directory); ;) {
      const changes = await changesAfter(platform, entity, last);
      const [first] = changes;
      const final = changes.at(-1);
      if (!first || !final) break;
      const lines = changes.map((change) => deliveryLine(dataset, change));
      await mkdir(directory, { recursive: true });
      const path = join(
        directory,
        `changes-${padded(first.change_no)}-${padded(final.change_no)}-${final.day}.jsonl`,
      );
      await writeFile(`${path}.part`, `${lines.join('\n')}\n`, { flush: true });
      await rename(`${path}.part`, path);
      delivered += changes.length;
      last = final.change_no;
    }
  }
  return delivered;
}

/** One change as its contract has it: every column, '' where the record has no value. */
function deliveryLine(dataset: Dataset, change: Change): string {
  const values: Record<string, unknown> = {
    ...change.record,
    change_no: change.change_no,
    operation: change.operation,
  };
  return JSON.stringify(
    Object.fromEntries(dataset.fields.map((field) => [field.source, String(values[field.name] ?? '')])),
  );
}

/** Names sort in the order of the changes. */
const padded = (changeNo: string): string => changeNo.padStart(12, '0');

async function changesAfter(platform: Platform, entity: string, after: string): Promise<Change[]> {
  const { rows } = await sql<Change>`
    select change_no::text as change_no, operation, record, to_char(changed_at at time zone 'Asia/Shanghai', 'YYYYMMDD') as day
    from resource_change
    where origin = 'staff' and entity = ${entity} and change_no > ${after}::bigint
    order by change_no limit ${CHANGES_A_FILE}`.execute(platform.store.db);
  return rows;
}

/** The highest change number among files that have come to landing, whatever became of them, and files waiting. */
async function lastDelivered(platform: Platform, entity: string, directory: string): Promise<string> {
  const waiting = await readdir(directory).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const landed = await platform.store.db
    .selectFrom('delivery')
    .select((eb) => eb.fn.max('file_name').as('file_name'))
    .where('dataset', '=', `${SOURCE}.${entity}`)
    .where('file_name', 'like', 'changes-%')
    .executeTakeFirst();
  const names = [...waiting.filter((name) => !name.endsWith('.part')), landed?.file_name ?? ''];
  const numbers = names.map((name) => BigInt(FILE_NAME.exec(name)?.[2] ?? '0'));
  return String(numbers.reduce((most, number) => (number > most ? number : most), 0n));
}
