/** The two-axis history of what really lands: in any order, and of what was withdrawn. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { landFile, withdrawBatch } from '../../ingestion/landing/index.ts';
import { compileModel } from '../../pipelines/dbt/compile.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import type { Project } from '../../pipelines/dbt/resolve.ts';
import { MODELS_DIRECTORY } from '../../pipelines/runner.ts';
import { csvOf, putInInbox } from '../support/deliveries.ts';
import { believed, dayOf, instantOf, instantText, nodeNamed, sqlIn, type Told } from '../support/history.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

const CSV = { shape: 'csv', encoding: 'utf-8', delimiter: ',', headerRows: 1 } as const;

let platform: TestPlatform;
let project: Project;
beforeAll(async () => {
  platform = await testPlatform();
  await platform.warehouse.run('CREATE DATABASE IF NOT EXISTS base');
  project = await loadProject(MODELS_DIRECTORY);
});
afterAll(async () => {
  await platform.close();
});

interface Kind {
  dataset: string;
  key: string;
  name: string;
  isWhole: boolean;
  row: (key: string, value: string) => Record<string, string>;
}
const KINDS: Kind[] = [
  {
    dataset: 'operations.household_member',
    key: 'member_no',
    name: 'person_name',
    isWhole: false,
    row: (member_no, person_name) => ({ member_no, person_name, application_no: 'A1', id_number: 'x' }),
  },
  {
    dataset: 'operations.project',
    key: 'project_no',
    name: 'project_name',
    isWhole: true,
    row: (project_no, project_name) => ({ project_no, project_name }),
  },
];

/** Deliveries about days 0 to 3, each with when it was received: the one about day 1 came last but one. */
const DELIVERIES = [
  { day: 0, known: 0, says: { K1: '张甲', K2: '张甲', K3: '张甲' } },
  { day: 2, known: 2, says: { K1: '张乙', K2: '张甲', K4: '张丙' } },
  { day: 1, known: 4, says: { K1: '张乙', K2: '张乙', K3: '张甲' } },
  { day: 3, known: 6, says: { K1: '张甲', K2: '张乙', K4: '张丙' } },
] as const;
const KEYS = ['K1', 'K2', 'K3', 'K4'] as const;

async function land(kind: Kind, number: number): Promise<number> {
  const { day, known, says } = DELIVERIES[number] ?? DELIVERIES[0];
  // A row of its own, so that no two files are the same bytes.
  const rows = [...Object.entries(says), [`D${day}`, '第']].map(([key = '', value = '']) =>
    kind.row(key, value),
  );
  const path = await putInInbox(platform, kind.dataset, 'delivery.csv', csvOf(kind.dataset, rows));
  const result = await landFile(platform, {
    path,
    dataset: kind.dataset,
    businessDate: dayOf(day),
    receivedAt: instantOf(known),
    collected: { shape: CSV },
    massDeleteReason: 'a small town',
  });
  if (result.state === 'refused') throw result.refusal;
  return result.batchId;
}

const belief = z.object({ key: z.string(), name: z.string(), days: z.string(), known: z.string() });

/** Every rectangle of the keys, after the standardising model is made anew. */
async function rectangles({ dataset, key, name }: Kind): Promise<z.infer<typeof belief>[]> {
  const model = modelOf(dataset);
  const sql = compileModel(project, nodeNamed(project, model), { vars: project.vars, incremental: false });
  await platform.warehouse.run(
    `CREATE OR REPLACE TABLE base.${model} ENGINE = MergeTree ORDER BY _key_hash AS ${sql}`,
  );
  return platform.warehouse.rows(
    `SELECT ${key} AS key, ${name} AS name, concat(toString(valid_from), ' ', toString(valid_to)) AS days,
       concat(toString(known_from), ' ', toString(known_to)) AS known
     FROM ${sqlIn(project, `{{ history_of(ref('${model}'), '${key}') }}`)} WHERE startsWith(key, 'K') ORDER BY ALL`,
    belief,
  );
}

/** What is believed of each key by `as_of`. */
async function asOf(
  { dataset, key, name }: Kind,
  valid: number,
  known: number,
): Promise<Record<string, string>> {
  const model = modelOf(dataset);
  const day = `toDate32('${dayOf(valid)}')`;
  const instant = `toDateTime64('${instantText(known)}', 3, 'UTC')`;
  const rows = await platform.warehouse.rows(
    `SELECT ${key} AS key, ${name} AS name FROM ${sqlIn(project, `{{ as_of('${model}', "${day}", "${instant}") }}`)} WHERE startsWith(key, 'K')`,
    z.object({ key: z.string(), name: z.string() }),
  );
  return Object.fromEntries(rows.map((row) => [row.key, row.name]));
}

async function forget({ dataset }: Kind): Promise<void> {
  const { db } = platform.store;
  await platform.warehouse.run(`TRUNCATE TABLE IF EXISTS raw.${dataset.replace('.', '__')}`);
  const deliveries = db.selectFrom('delivery').select('delivery_id').where('dataset', '=', dataset);
  await db.deleteFrom('withdrawal').where('dataset', '=', dataset).execute();
  await db.deleteFrom('batch').where('dataset', '=', dataset).execute();
  await db.deleteFrom('certificate').where('delivery_id', 'in', deliveries).execute();
  await db.deleteFrom('delivery').where('dataset', '=', dataset).execute();
}

/** What the deliveries tell of a key; a whole table tells of what is not in it that it is gone. */
const toldOf = (kind: Kind, key: (typeof KEYS)[number]): Told[] =>
  DELIVERIES.flatMap(({ day, known, says }) => {
    const value = new Map<string, string>(Object.entries(says)).get(key) ?? (kind.isWhole ? '' : undefined);
    return value === undefined ? [] : [{ day, known, withdrawn: null, value }];
  });

const modelOf = (dataset: string): string => `std_${dataset.replace('.', '__')}`;
const TIMEOUT = 180_000;

describe.each(KINDS)('$dataset', (kind) => {
  test(
    'as received, by day, and the last first: one history, and the one a reader would tell',
    async () => {
      const histories: unknown[] = [];
      for (const order of [
        [0, 1, 2, 3],
        [0, 2, 1, 3],
        [3, 2, 1, 0],
      ]) {
        await forget(kind);
        for (const number of order) await land(kind, number);
        histories.push(await rectangles(kind));
        for (let valid = 0; valid < 4; valid += 1)
          for (let known = 0; known < 8; known += 2) {
            const expected = KEYS.map((key) => [key, believed(toldOf(kind, key), valid, known)] as const);
            expect({ order, valid, known, found: await asOf(kind, valid, known) }).toEqual({
              order,
              valid,
              known,
              found: Object.fromEntries(expected.filter(([, value]) => value !== '')),
            });
          }
      }
      expect(histories[1]).toEqual(histories[0]);
      expect(histories[2]).toEqual(histories[0]);
    },
    TIMEOUT,
  );
});

test(
  'what was withdrawn was known until then',
  async () => {
    const kind = KINDS[1] ?? never();
    await forget(kind);
    await land(kind, 0);
    const wrong = await land(kind, 2);
    await land(kind, 1);
    await withdrawBatch(platform, { batchId: wrong, reason: 'sent by mistake', by: 'staff' });
    await rectangles(kind);
    // Known at 4: the delivery about day 1 said that K2 was 乙. What was sent later about day 2 says otherwise, then as now.
    expect(await asOf(kind, 1, 5)).toEqual({ K1: '张乙', K2: '张乙', K3: '张甲' });
    expect(await asOf(kind, 2, 5)).toEqual({ K1: '张乙', K2: '张甲', K4: '张丙' });
    const now = 24 * 365 * 100;
    expect(await asOf(kind, 1, now)).toEqual({ K1: '张甲', K2: '张甲', K3: '张甲' });
    expect(await asOf(kind, 2, now)).toEqual({ K1: '张乙', K2: '张甲', K4: '张丙' });
  },
  TIMEOUT,
);

const never = (): never => {
  throw new Error('there is no such kind');
};
