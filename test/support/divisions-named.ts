/** Codes of divisions over the small city: the provinces the product knows, and a list of the office with an abolished code. */
import { expect } from '@jest/globals';
import { z } from 'zod';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { divisionFiles, loadDivisionList } from '../../pipelines/divisions/list.ts';
import type { TestPlatform } from './platform.ts';

export async function divisionsNamed(
  platform: TestPlatform,
  projectPath: string,
  asOf: string,
): Promise<void> {
  const { store, warehouse } = platform;
  const rows = (sql: string): Promise<Record<string, unknown>[]> =>
    warehouse.rows(sql, z.record(z.string(), z.unknown()));
  const one = async (sql: string): Promise<Record<string, unknown> | undefined> => (await rows(sql))[0];
  const [someone] = await rows(
    "SELECT person_id, substring(id_number, 1, 6) AS code FROM base.person WHERE certificate_kind = 'id_card' ORDER BY person_id LIMIT 1",
  );
  const { person_id, code } = z.object({ person_id: z.string(), code: z.string() }).parse(someone);
  const origin = () =>
    one(`SELECT * EXCEPT person_id FROM base.person_origin WHERE person_id = '${person_id}'`);
  const province = await one(
    `SELECT division_name AS name FROM base.division_code WHERE division_code = '${code.slice(0, 2)}0000'`,
  );
  expect(await origin()).toMatchObject({ native_division_code: code, native_province: province?.['name'] });
  expect(
    await one("SELECT level, valid_to FROM base.division_code WHERE listed_by = 'city' LIMIT 1"),
  ).toEqual({
    level: expect.any(String) as unknown,
    valid_to: null,
  });
  const by = { author: 'staff', reason: '民政部 2025' };
  await expect(loadDivisionList(store, { ...by, csv: 'code,name\n1,2' })).rejects.toThrow(
    'no column valid_from',
  );
  const head = 'code,name,valid_from,valid_to,successor';
  const old = `${code},旧县,1949-10-01,1990-05-01,${code.slice(0, 4)}97`;
  const csv = `${head}\n${old}\n${code.slice(0, 4)}97,新区,1990-05-01,,\n`;
  expect(await loadDivisionList(store, { ...by, csv })).toMatchObject({
    codes: 2,
    abolished: 1,
    withoutSuccessor: 0,
  });
  const told = await loadProject(projectPath, await divisionFiles(store));
  const select = ['national_division', 'division_code', 'person_origin'];
  const built = await buildModels(platform, told, { asOf, select });
  expect(
    built.map(({ status }) => status).filter((status) => !['built', 'skipped'].includes(status)),
  ).toEqual([]);
  expect(await origin()).toMatchObject({
    ...{ native_division_name: '旧县', native_current_code: `${code.slice(0, 4)}97` },
    native_province: province?.['name'],
  });
  expect(
    await one(
      `SELECT level, toString(valid_from) AS since, toString(valid_to) AS until, successors FROM base.division_code WHERE division_code = '${code}'`,
    ),
  ).toEqual({
    level: 'district',
    since: '1949-10-01',
    until: '1990-05-01',
    successors: [`${code.slice(0, 4)}97`],
  });
}
