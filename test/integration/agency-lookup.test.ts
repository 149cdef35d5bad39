/** Per-applicant lookups (catalog A.1): who is asked about, how often, and what becomes of the answers. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { z } from 'zod';
import { collectAndLand } from '../../ingestion/connectors/collect.ts';
import type { Asked } from '../../ingestion/connectors/connector.ts';
import { agencyLookup } from '../../pipelines/collection/lookup/agency-lookup.ts';
import type { Platform } from '../../warehouse/platform.ts';
import { type Agency, startAgency } from '../support/agency.ts';
import { type TestApi, testApi } from '../support/api.ts';

const INSURANCE = 'social_insurance.enterprise_basic';
const MARRIAGE = 'civil_affairs.marriage';
let api: TestApi;
let platform: Platform;
let agency: Agency;
let logged = '';

/** Ten adults p0 … p9 in applications SQ0 … SQ9, of which the last is decided, and a child in SQ0. */
const idOf = (number: number): string => `1101011990030700${number}X`;
const CHILD = '11010120200307001X';
const people = Array.from({ length: 9 }, (_, number) => idOf(number));

beforeAll(async () => {
  [api, agency] = await Promise.all([testApi(), startAgency()]);
  const log = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) });
  platform = { ...api.platform, log };
  const { warehouse } = platform;
  await warehouse.run(
    `CREATE TABLE base.application ENGINE = MergeTree ORDER BY application_no AS
     SELECT concat('SQ', toString(number)) AS application_no, if(number = 9, 'approved', if(number % 2 = 0, 'pending', 'reviewing')) AS application_state
     FROM numbers(10)`,
  );
  await warehouse.run(
    `CREATE TABLE base.household_member ENGINE = MergeTree ORDER BY household_id AS
     SELECT concat('SQ', toString(number)) AS household_id, concat('p', toString(number)) AS person_id,
       concat('1101011990030700', toString(number), 'X') AS id_number, '张三' AS person_name, toUInt8(1) AS is_applicant FROM numbers(10)
     UNION ALL SELECT 'SQ0', 'child', '${CHILD}', '张小', toUInt8(0) UNION ALL SELECT 'SQ0', '', '', '无名', toUInt8(0)`,
  );
});
afterAll(async () => {
  await agency.close();
  await api.close();
});
beforeEach(async () => {
  Object.assign(agency, { busy: 0, patience: Infinity, poison: '', isDown: false, mostAtOnce: 0 });
  agency.asked.length = 0;
  agency.records = new Map(people.map((id, number) => [id, [account(number, id)]]));
  await platform.store.db.deleteFrom('lookup_answer').execute();
});

const account = (number: number, id: string, state = '正常'): Record<string, string> => ({
  社保编号: `S${number}`,
  姓名: '张三',
  身份证号码: id,
  社保账户当前状态: state,
});
const ask = async (datasets = [INSURANCE], settings: object = {}) => {
  const asked: Asked[] = [];
  const results = await collectAndLand(platform, {
    taskId: 'lookup',
    connector: agencyLookup(platform),
    settings: {
      url: agency.url,
      allowedNetworks: ['127.0.0.0/8'],
      auth: { kind: 'bearer' },
      requestsPerSecond: 1000,
      retry: { attempts: 2, firstMs: 1, mostMs: 1 },
      batchSize: 4,
      ...settings,
    },
    secrets: { token: 't0ken' },
    datasets,
    signal: new AbortController().signal,
    onDelivery: (result, { requested, returned }) =>
      void asked.push({ dataset: result.dataset, requested, returned }),
    onAsked: (one) => void asked.push(one),
  });
  return { results, asked };
};
const askedIds = (): string[] => agency.asked.flatMap(({ ids }) => ids).sort();
const states = async (dataset = INSURANCE): Promise<Record<string, string>> =>
  Object.fromEntries(
    (
      await platform.store.db
        .selectFrom('lookup_answer')
        .select(['person_id', 'state'])
        .where('dataset', '=', dataset)
        .orderBy('person_id')
        .execute()
    ).map(({ person_id, state }) => [person_id, state]),
  );
const rawStates = () =>
  platform.warehouse.rows(
    `SELECT "社保编号" AS no, argMax(concat(toString(_op), ' ', "社保账户当前状态"), (_batch_id, _row_no)) AS last
     FROM raw.social_insurance__enterprise_basic GROUP BY no ORDER BY no`,
    z.object({ no: z.string(), last: z.string() }),
  );

describe('a lookup', () => {
  test('asks once about everybody who waits for review and can be on record, in the body, and lands the answers', async () => {
    agency.records.delete(idOf(8));
    const { results, asked } = await ask();
    expect(askedIds()).toEqual(people);
    expect(agency.asked.map(({ url, authorization, ids }) => [url, authorization, ids.length])).toEqual(
      [4, 4, 1].map((batch) => ['/lookup', 'Bearer t0ken', batch]),
    );
    expect(results).toMatchObject([{ dataset: INSURANCE, state: 'loaded', loaded: 8 }]);
    expect(asked).toEqual([{ dataset: INSURANCE, requested: 9, returned: 9 }]);
    expect(await rawStates()).toHaveLength(8);
    expect(await states()).toMatchObject({ p0: 'found', p7: 'found', p8: 'none' });
    for (const id of people) expect(`${logged}${results[0]?.fileName}`).not.toContain(id);

    // A few rows of a table that is delivered whole: those not asked about are still there.
    agency.records.set(idOf(0), [account(0, idOf(0), '停保')]);
    agency.records.set(idOf(8), [account(8, idOf(8))]);
    await platform.store.db.deleteFrom('lookup_answer').where('person_id', 'in', ['p0', 'p8']).execute();
    agency.asked.length = 0;
    await ask();
    expect(askedIds()).toEqual([idOf(0), idOf(8)]);
    expect((await rawStates()).map(({ last }) => last)).toEqual([
      'Update 停保',
      ...Array.from({ length: 8 }, () => 'Insert 正常'),
    ]);

    agency.asked.length = 0;
    expect((await ask()).results).toEqual([]);
    expect(agency.asked).toEqual([]);
    await ask([INSURANCE], { cacheDays: 0, members: 'applicant', states: ['pending'] });
    expect(askedIds()).toHaveLength(5);
  });

  test('that finds nothing on record is an answer too, and needs no delivery; children are asked about where they may be known', async () => {
    agency.records.clear();
    const { results, asked } = await ask([MARRIAGE, 'civil_affairs.minimum_living']);
    expect(results).toEqual([]);
    expect(asked.map(({ requested, returned }) => [requested, returned])).toEqual([
      [9, 9],
      [10, 10],
    ]);
    expect(await states(MARRIAGE)).toMatchObject({ p0: 'none' });
    expect(agency.asked.filter(({ ids }) => ids.includes(CHILD)).map(({ dataset }) => dataset)).toEqual([
      'civil_affairs.minimum_living',
    ]);
    const { body } = await api.as('administrator').get('/api/applications/SQ0/lookups');
    expect(body).toMatchObject({ code: 'forbidden' });
    const { body: seen } = await api.as('staff').get('/api/applications/SQ0/lookups');
    expect((seen as { lookups: object[] }).lookups).toHaveLength(3);
    expect(JSON.stringify(seen)).not.toContain(CHILD);
    expect((await api.as('staff').get('/api/applications/SQ77/lookups')).status).toBe(404);
  });

  test('bears an agency that is busy and answers in part, and never asks it more at once than allowed', async () => {
    agency.busy = 2;
    agency.patience = 3;
    const { asked } = await ask([INSURANCE], {
      concurrency: 2,
      retry: { attempts: 4, firstMs: 1, mostMs: 1 },
    });
    expect(asked).toEqual([{ dataset: INSURANCE, requested: 9, returned: 9 }]);
    expect(new Set(Object.values(await states()))).toEqual(new Set(['found']));
    expect(agency.mostAtOnce).toBeLessThanOrEqual(2);
  });

  test('finds the one the agency stumbles over, gets the others, and asks about that one again', async () => {
    agency.poison = idOf(5);
    const { asked } = await ask();
    expect(asked).toEqual([{ dataset: INSURANCE, requested: 9, returned: 8 }]);
    expect(await states()).toMatchObject({ p4: 'found', p5: 'failed', p6: 'found' });
    agency.poison = '';
    agency.asked.length = 0;
    await ask();
    expect(askedIds()).toEqual([idOf(5)]);
    expect(await states()).toMatchObject({ p5: 'found' });
  });

  test('of an agency that is down ends, and goes on from there', async () => {
    agency.isDown = true;
    await expect(ask([INSURANCE], { batchSize: 1 })).resolves.toBeDefined();
    expect(new Set(Object.values(await states()))).toEqual(new Set(['failed']));
    await expect(
      ask([INSURANCE], { batchSize: 9, concurrency: 1, retry: { attempts: 1 } }),
    ).rejects.toMatchObject({
      code: 'source_unreachable',
    });
    agency.isDown = false;
    agency.asked.length = 0;
    expect((await ask()).asked).toEqual([{ dataset: INSURANCE, requested: 9, returned: 9 }]);
  });

  test('whose answers do not fit the contract is asked again', async () => {
    agency.records = new Map(people.map((id) => [id, [{ unheard: 'of' }]]));
    await expect(ask([INSURANCE], { records: { [INSURANCE]: { mapping: {} } } })).rejects.toMatchObject({
      code: 'source_refused',
    });
    expect(await states()).toEqual({});
  });
});
