/** Runs written by hand and the cases that come of them, over the API. */
import { z } from 'zod';
import { rulesOf } from '../../pipelines/alerts/shipped.ts';
import { syncCases } from '../../pipelines/alerts/sync.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import { literal } from '../../warehouse/engine/sql.ts';
import { type TestApi, testApi } from './api.ts';

export const EAST = '439901';

export async function alertApi(): Promise<TestApi> {
  const api = await testApi();
  for (const database of ['mart_supervision', 'base'])
    await api.platform.warehouse.run(`CREATE DATABASE IF NOT EXISTS ${database}`);
  return api;
}

interface Found {
  id: string;
  rule?: string;
  level?: string;
  district?: string;
  since?: string;
  enterprise?: string;
}

const caseShape = z.object({
  id: z.string(),
  objectName: z.string(),
  state: z.string(),
  owner: z.string(),
  level: z.string(),
  firstFound: z.string(),
  lastFound: z.string(),
  clearedOn: z.string().nullable(),
  dueOn: z.string(),
  escalatedOn: z.string().nullable(),
  suspendedUntil: z.string().nullable(),
  recurrences: z.number(),
  version: z.number(),
});
const detail = z.object({
  case: caseShape,
  events: z.array(z.object({ kind: z.string(), author: z.string() })),
  actions: z.array(z.string()),
  decisions: z.array(
    z.object({ id: z.number(), verdict: z.string(), since: z.string(), stands: z.boolean() }),
  ),
});

export function alertBench(api: () => TestApi) {
  /** A run that found these and nothing else. */
  async function run(runId: string, asOf: string, found: Found[]): Promise<void> {
    const { warehouse } = api().platform;
    await warehouse.run(`CREATE OR REPLACE TABLE mart_supervision.violation (violation_id String, rule String, rule_zh String, family String,
    level String, object_kind String, object_key String, project_id String, project_name String, enterprise_id String,
    district_code String, district_name String, street_code String, street_name String, community_code String, evidence_zh String,
    since Date32, house_code String, contract_no String) ENGINE = MergeTree ORDER BY violation_id`);
    for (const {
      id,
      rule = 'sublet',
      level = 'high',
      district = EAST,
      since = '2026-10-02',
      enterprise = 'E1',
    } of found)
      await warehouse.run(
        `INSERT INTO mart_supervision.violation VALUES (${[id, rule, '疑似转租', 'dwelling', level, 'dwelling', id, 'P1', '静安里', enterprise].map(literal).join(', ')},
       ${[district, '区', `${district}001`, '街', `${district}001001`, '依据', since, 'FW00000001', ''].map(literal).join(', ')})`,
      );
    await syncCases(api().platform, await rulesOf(MODELS_DIRECTORY), { asOf, runId });
  }

  const read = async (id: string) =>
    detail.parse((await api().as('staff').get(`/api/alerts/${id}`).expect(200)).body);
  const kinds = async (id: string): Promise<string[]> => (await read(id)).events.map(({ kind }) => kind);
  const list = async (query: string) =>
    z
      .object({ total: z.number(), rows: z.array(caseShape.extend({ unread: z.boolean() })) })
      .parse((await api().as('staff').get(`/api/alerts?${query}`).expect(200)).body);
  const unread = async (): Promise<string[]> => (await list('unread=1')).rows.map(({ id }) => id).toSorted();
  async function act(id: string, action: string, more: object = {}) {
    const { version } = (await read(id)).case;
    return api()
      .as('staff')
      .post(`/api/alerts/${id}/act`)
      .send({ action, note: '已核查', version, ...more });
  }

  return { run, read, kinds, list, unread, act };
}
