/**
 * History on two axes: whatever order deliveries are worked in, and however the table is brought up to date, what was known when of
 * which day is the same. A thousand orders are a thousand towns side by side in one data set: no key of one is a key of another.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { buildModels, type ModelResult } from '../../pipelines/dbt/build.ts';
import { nodeOf, type Project } from '../../pipelines/dbt/resolve.ts';
import { contentOf } from '../../pipelines/dbt/sql.ts';
import { measure } from '../../pipelines/dbt/state.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { MODELS_DIRECTORY } from '../../pipelines/runner.ts';
import { ensureRawTables } from '../../ingestion/generate/raw-table.ts';
import { drawsOf } from '../support/draws.ts';
import { believed, dayOf, instantText, sqlIn, type Told } from '../support/history.ts';
import { hashOf } from '../support/landed-state.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { rowsOf } from '../support/deliveries.ts';

const MODEL = 'std_operations__household_member';
const DATASET = 'operations.household_member';
const RAW = 'raw.operations__household_member';
const TOWNS = 1000;
const TOWNS_A_STORY = 250;
const DELIVERIES = 6;
const KEYS = ['K1', 'K2', 'K3'];
/** One delivery of a story: what it says of each key ('' a deletion, undefined nothing), of which day, received when, withdrawn when. */
interface Delivery {
  day: number;
  known: number;
  withdrawn: number | null;
  says: (string | undefined)[];
}

let platform: TestPlatform;
let project: Project;
let stories: Delivery[][];
beforeAll(async () => {
  platform = await testPlatform();
  await ensureRawTables(platform.warehouse);
  project = await loadProject(MODELS_DIRECTORY);
  const draw = drawsOf(20261121);
  const below = (limit: number): number => Math.floor(draw() * limit);
  stories = Array.from({ length: TOWNS / TOWNS_A_STORY }, () =>
    Array.from({ length: DELIVERIES }, (_, index) => ({
      day: below(4),
      known: index * 2,
      withdrawn: index === 2 ? index * 2 + 1 + 2 * below(DELIVERIES - index) : null,
      says: KEYS.map(() => ['甲', '乙', '', undefined][below(4)]),
    })),
  );
});
afterAll(async () => {
  await platform.close();
});

const toldOf = (story: Delivery[], key: number): Told[] =>
  story.flatMap(({ says, ...when }) => {
    const value = says[key];
    return value === undefined ? [] : [{ ...when, value }];
  });

/** Rows of a delivery of every town whose turn is `step`; its batch has the number of its turn. */
async function deliver(step: number, turns: number[][]): Promise<void> {
  const rows = turns.flatMap((turn, town) => {
    const delivery = turn[step] ?? 0;
    const { day: about, known, says } = stories[Math.floor(town / TOWNS_A_STORY)]?.[delivery] ?? never();
    return says.flatMap((value, key) =>
      value === undefined
        ? []
        : [
            `(${town}, ${town * 10 + step + 1}, ${delivery}, 'T${town}-${KEYS[key] ?? ''}', '${value}', '${dayOf(about)}', '${instantText(known)}')`,
          ],
    );
  });
  await platform.warehouse.run(
    `INSERT INTO ${RAW} (\`家庭成员编号\`, \`姓名\`, _op, _loaded_at, _batch_id, _row_no, _row_hash, _key_hash, _business_date)
     SELECT member_no, name, if(name = '', 'Delete', 'Insert'), known, batch, if(name = '', 0, 1 + delivery), reinterpretAsUInt128(sipHash128(member_no, name)), reinterpretAsUInt128(sipHash128(member_no)), about
     FROM values('town UInt32, batch UInt64, delivery UInt64, member_no String, name String, about Date, known DateTime64(3, \\'UTC\\')', ${rows.join(', ')})`,
  );
  await landed(step);
}

const never = (): never => {
  throw new Error('there is no such story');
};

/** The ledger's word that there is something new. */
async function landed(step: number): Promise<void> {
  const { db } = platform.store;
  const id = `delivery-${step}`;
  await db
    .insertInto('delivery')
    .values({
      delivery_id: id,
      dataset: DATASET,
      file_name: id,
      sha256: 'a'.repeat(64),
      bytes: 1,
      encoding: 'utf-8',
      business_date: dayOf(0),
      received_at: new Date(),
      state: 'loaded',
      refusal: null,
      origin: null,
      object_key: null,
    })
    .execute();
  const now = new Date();
  await db
    .insertInto('batch')
    .values({
      batch_id: 1_000_000 + step,
      delivery_id: id,
      dataset: DATASET,
      state: 'loaded',
      loaded_at: now,
      started_at: now,
      finished_at: now,
    })
    .execute();
}

/** Withdrawn batches leave raw, and what they had said is kept aside, in every town. */
async function withdraw(turns: number[][]): Promise<void> {
  const gone = turns.map((turn, town) => {
    const { withdrawn } = stories[Math.floor(town / TOWNS_A_STORY)]?.[2] ?? never();
    return `(${town * 10 + turn.indexOf(2) + 1}, '${instantText(withdrawn ?? 0)}')`;
  });
  const batches = `values('id UInt64, until DateTime64(3, \\'UTC\\')', ${gone.join(', ')})`;
  await platform.warehouse.run(
    `INSERT INTO meta.withdrawn_row (dataset, texts, _op, _loaded_at, _batch_id, _row_no, _row_hash, _key_hash, _defects, _business_date, known_to)
     SELECT '${DATASET}', map('家庭成员编号', \`家庭成员编号\`, '姓名', \`姓名\`), _op, _loaded_at, _batch_id, _row_no, _row_hash, _key_hash, _defects, _business_date, until
     FROM ${RAW} INNER JOIN ${batches} AS gone ON _batch_id = id`,
  );
  await platform.warehouse.run(
    `ALTER TABLE ${RAW} DELETE WHERE _batch_id IN (SELECT id FROM ${batches}) SETTINGS mutations_sync = 2`,
  );
  await landed(DELIVERIES);
}

async function build(full = false): Promise<ModelResult> {
  const [result] = await buildModels(platform, project, { asOf: '2026-01-31', select: [MODEL], full });
  if (result?.status !== 'built') throw new Error(result?.reason ?? result?.status ?? 'nothing');
  return result;
}

const sqlOf = (text: string): string => sqlIn(project, text);

test('a thousand orders of the same deliveries are one history, brought up to date by the way or made at once', async () => {
  const draw = drawsOf(7);
  const turns = Array.from({ length: TOWNS }, () =>
    Array.from({ length: DELIVERIES }, (_, index) => ({ index, place: draw() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ index }) => index),
  );
  let last: ModelResult | undefined;
  for (let step = 0; step < DELIVERIES; step += 1) {
    await deliver(step, turns);
    last = await build();
  }
  await withdraw(turns);
  last = await build();
  const node = nodeOf(project, MODEL, 'the test');
  expect(last).toMatchObject(await measure(platform.warehouse, node.relation, contentOf(node)));
  const whole = `SELECT * FROM base.${MODEL}`;
  const byTheWay = await hashOf(platform, whole);
  await build(true);
  expect(await hashOf(platform, whole)).toBe(byTheWay);

  const town = "toUInt32(substring(splitByChar('-', member_no)[1], 2))";
  const key = "splitByChar('-', member_no)[2]";
  // Every day and every moment something becomes known or is forgotten, of every town, against a reader of its story.
  const points = [0, 1, 2, 3].flatMap((valid) =>
    Array.from({ length: 13 }, (_, known) => ({ valid, known })),
  );
  const asOf = points.map(
    ({ valid, known }) =>
      `SELECT ${valid} AS valid, ${known} AS known, member_no, person_name FROM ${sqlOf(
        `{{ as_of('${MODEL}', "toDate32('${dayOf(valid)}')", "toDateTime64('${instantText(known)}', 3, 'UTC')") }}`,
      )}`,
  );
  const rectangles = sqlOf(`{{ history_of(ref('${MODEL}'), 'member_no') }}`);
  const inside = points.map(
    ({ valid, known }) =>
      `SELECT ${valid} AS valid, ${known} AS known, member_no, person_name FROM rectangles
       WHERE valid_from <= toDate32('${dayOf(valid)}') AND valid_to > toDate32('${dayOf(valid)}')
         AND known_from <= toDateTime64('${instantText(known)}', 3, 'UTC') AND known_to > toDateTime64('${instantText(known)}', 3, 'UTC')`,
  );
  await platform.warehouse.run(
    `CREATE TABLE base.rectangles ENGINE = MergeTree ORDER BY member_no AS SELECT * FROM ${rectangles}`,
  );
  const expected = stories.map((story) =>
    points
      .flatMap(({ valid, known }) =>
        KEYS.map(
          (name, index) => [valid, known, name, believed(toldOf(story, index), valid, known)] as const,
        ),
      )
      .filter(([, , , name]) => name !== '')
      .map((one) => one.join(' '))
      .toSorted(),
  );
  for (const answers of [asOf, inside.map((sql) => sql.replace('FROM rectangles', 'FROM base.rectangles'))]) {
    const found = await platform.warehouse.rows(
      `SELECT toUInt32(story) AS story, said, toUInt32(count()) AS towns FROM (
         SELECT ${town} AS town, any(intDiv(town, ${TOWNS_A_STORY})) AS story,
           arraySort(groupArray(concat(toString(valid), ' ', toString(known), ' ', ${key}, ' ', person_name))) AS said
         FROM (${answers.join(' UNION ALL ')}) GROUP BY town)
       GROUP BY story, said ORDER BY story`,
      z.object({ story: z.number(), said: z.array(z.string()), towns: z.number() }),
    );
    expect(found).toEqual(expected.map((said, story) => ({ story, said, towns: TOWNS_A_STORY })));
  }
  // The same rectangles in each town of a story, none of them two beliefs that follow each other and say the same.
  expect(
    await rowsOf(
      platform,
      `SELECT toUInt32(uniqExact(story, shape)) AS shapes FROM (
         SELECT ${town} AS town, any(intDiv(town, ${TOWNS_A_STORY})) AS story,
           arraySort(groupArray((${key}, person_name, valid_from, valid_to, known_from, known_to))) AS shape
         FROM base.rectangles GROUP BY town)`,
    ),
  ).toEqual([{ shapes: stories.length }]);
});
