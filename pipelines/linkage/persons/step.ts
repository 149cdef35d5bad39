/**
 * The step of a run between the standardising models and the entities: says who the records without a valid number are, and writes
 * `linkage.person_link`, which the entities read. A function of the records, of what people decided and of the ids known before;
 * skipped where none of these changed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { contractsOf } from '../../../ingestion/contracts/home.ts';
import { literal, tableName } from '../../../warehouse/engine/sql.ts';
import { homePaths } from '../../../warehouse/home.ts';
import type { Platform } from '../../../warehouse/platform.ts';
import { LINKAGE_DATABASE } from '../blocks.ts';
import { relink } from '../relink.ts';
import { weightOf } from '../model.ts';
import type { Model, Specification } from '../specification.ts';
import { levelsIn } from '../sql-of.ts';
import { type WeighedPair, waterfall } from '../weights.ts';
import { gatherWritten, RECORDS_SQL, recordsOfPersons } from './records.ts';
import { type NodePair, personNode, resolve, type Resolved } from './resolve.ts';
import { PERSON_RULES, personSpecification } from './specification.ts';
import { crosswalk, saveResolved, standingDecisions } from './store.ts';

/** log2: the best person must be eight times as likely as the next. */
const LEAD = 3;
const MARK = 'linked ';
const TABLE = tableName(LINKAGE_DATABASE, 'person_link');
const MERGED = tableName(LINKAGE_DATABASE, 'person_merged');
/** What is written beside the links: a home that has not got it yet writes once more. */
const WRITES = 'merged numbers';
const options = { lane: 'batch' as const, tag: 'link persons' };

export interface PersonLinkage {
  skipped: boolean;
  /** Records compared anew: new, changed or gone. */
  changed: number;
  /** Records that now have a person by linkage or decision. */
  links: number;
  reviews: number;
  events: number;
}

export async function linkPersons(platform: Platform): Promise<PersonLinkage> {
  const { warehouse, store } = platform;
  const decisions = await standingDecisions(store);
  const version = await inputVersion(platform, decisions);
  const comment = await warehouse.value(
    `SELECT any(comment) FROM system.tables WHERE database = {database:String} AND name = 'person_link'`,
    z.string(),
    { ...options, params: { database: LINKAGE_DATABASE } },
  );
  if (comment === MARK + version) return { skipped: true, changed: 0, links: 0, reviews: 0, events: 0 };
  const { all } = await contractsOf(platform.config);
  await gatherWritten(warehouse, all);
  const persons = await warehouse.value(
    `SELECT toUInt64(uniqExact(id_number)) FROM base.person_record WHERE id_number != ''`,
    z.coerce.number(),
    options,
  );
  const specification = personSpecification(persons);
  const { edges, model, changed } = await relink(warehouse, {
    name: 'person',
    records: RECORDS_SQL,
    specification,
  });
  const before = await crosswalk(store);
  const resolved = resolve(
    edges.map((edge) => nodePair(edge, specification, model)),
    decisions,
    before,
    { match: weightOf(specification.match), lead: LEAD, author: PERSON_RULES },
  );
  // The ids first: a kill between the two writes the same table from the same ids again.
  await saveResolved(store, resolved, before);
  await writeMerged(platform, resolved.merged);
  const links = await writeLinks(platform, resolved, version);
  return { skipped: false, changed, links, reviews: resolved.reviews.length, events: resolved.events.length };
}

/** What the links follow from. The record table's comment has the hash of its content. */
async function inputVersion(platform: Platform, decisions: readonly object[]): Promise<string> {
  const records = await platform.warehouse.value(
    `SELECT any(comment) FROM system.tables WHERE database = 'base' AND name = 'person_record'`,
    z.string(),
    options,
  );
  const hash = /"hash":"([^"]+)"/.exec(records)?.[1] ?? randomUUID();
  return createHash('sha256')
    .update(JSON.stringify([PERSON_RULES, WRITES, hash, decisions]))
    .digest('hex');
}

export function nodePair(edge: WeighedPair, specification: Specification, model: Model): NodePair {
  const a = edge.lAnchor === '' ? edge.lRecord : personNode(edge.lAnchor);
  const b = edge.rAnchor === '' ? edge.rRecord : personNode(edge.rAnchor);
  const evidence = waterfall(specification, model, levelsIn(edge.vector, specification.comparisons.length))
    .filter(({ level }) => level !== 'not known')
    .map((line) => ({ ...line, weight: Math.round(line.weight * 100) / 100 }));
  const weight = mayBeTwin(evidence) ? Math.min(edge.weight, weightOf(specification.match) - 1) : edge.weight;
  return { ...(a < b ? { a, b } : { a: b, b: a }), weight, evidence };
}

/**
 * Names a character apart, the same birthday, and no number that says so: as likely a twin as a slip, however much the family's
 * address and telephone agree. A person decides.
 */
function mayBeTwin(evidence: NodePair['evidence']): boolean {
  const level = new Map(evidence.map((line) => [line.comparison, line.level]));
  const number = level.get('number');
  return (
    level.get('name') === 'one character' &&
    level.get('birth') === 'equal' &&
    number !== 'equal' &&
    number !== 'one digit'
  );
}

/** The numbers merged away: what only hashes a number finds whose it is. Before the links, whose mark says that all is written. */
async function writeMerged({ warehouse }: Platform, merged: Resolved['merged']): Promise<void> {
  const next = tableName(LINKAGE_DATABASE, 'person_merged_next');
  await warehouse.run(`DROP TABLE IF EXISTS ${next}`, options);
  await warehouse.run(`CREATE TABLE ${next} AS ${MERGED}`, options);
  const rows = [...merged];
  if (rows.length > 0)
    await warehouse.run(
      `INSERT INTO ${next} SELECT left_id, kept_id FROM (SELECT arrayJoin(arrayZip({left:Array(String)}, {kept:Array(String)})) AS pair, pair.1 AS left_id, pair.2 AS kept_id)`,
      { ...options, params: { left: rows.map(([id]) => id), kept: rows.map(([, id]) => id) } },
    );
  await warehouse.run(`EXCHANGE TABLES ${next} AND ${MERGED}`, options);
  await warehouse.run(`DROP TABLE ${next}`, options);
}

/** Writes the links beside the published table and exchanges them; how many. */
async function writeLinks(
  platform: Platform,
  { assignments, merged }: Resolved,
  version: string,
): Promise<number> {
  const { warehouse, config } = platform;
  const moved = await recordsOfPersons(warehouse, [...merged.keys()]);
  const rows = [
    ...[...assignments].map(([record, { entityId, how, weight }]) => ({
      record_key: record,
      person_id: entityId,
      how: how as string,
      weight: Math.round(weight * 100),
    })),
    ...moved
      .filter(({ recordKey }) => !assignments.has(recordKey))
      .map(({ recordKey, personId }) => ({
        record_key: recordKey,
        person_id: merged.get(personId) ?? personId,
        how: 'decided',
        weight: 0,
      })),
  ];
  const next = tableName(LINKAGE_DATABASE, 'person_link_next');
  await warehouse.run(`DROP TABLE IF EXISTS ${next}`, options);
  await warehouse.run(`CREATE TABLE ${next} AS ${TABLE}`, options);
  const directory = homePaths(config.home).work;
  const path = join(directory, `links-${randomUUID()}.jsonl`);
  await mkdir(directory, { recursive: true });
  try {
    await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 });
    const columns = ['record_key', 'person_id', 'how', 'weight'];
    if (rows.length > 0)
      await warehouse.insertFile(
        'JSONEachRow',
        next,
        columns,
        path,
        'record_key String, person_id String, how String, weight Int32',
        (source) => `SELECT ${columns.join(', ')} FROM ${source}`,
        options,
      );
  } finally {
    await rm(path, { force: true });
  }
  await warehouse.run(`ALTER TABLE ${next} MODIFY COMMENT ${literal(MARK + version)}`, options);
  await warehouse.run(`EXCHANGE TABLES ${next} AND ${TABLE}`, options);
  await warehouse.run(`DROP TABLE ${next}`, options);
  return rows.length;
}
