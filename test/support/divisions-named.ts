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
  const provinceCode = `${code.slice(0, 2)}0000`;
  const csv = `${head}\n${old}\n${code.slice(0, 4)}97,新区,1990-05-01,,\n`;
  expect(await loadDivisionList(store, { ...by, csv })).toMatchObject({
    codes: 2,
    abolished: 1,
    withoutSuccessor: 0,
  });
  const select = ['national_division', 'division_code', 'person_origin', 'interval_finding'];
  const found = async (): Promise<Record<string, unknown>[]> => {
    const told = await loadProject(projectPath, await divisionFiles(store));
    const built = await buildModels(platform, told, { asOf, select });
    expect(
      built.map(({ status }) => status).filter((status) => !['built', 'skipped'].includes(status)),
    ).toEqual([]);
    return rows(
      `SELECT rule, subject_no AS code, toUInt32(countIf(agency = '')) AS nobodys, uniqExact(other_no) > 0 AS anybody, max(other_no = '${person_id}') AS has_one
       FROM base.interval_finding WHERE subject_kind = 'division' GROUP BY rule, code ORDER BY rule, code`,
    );
  };
  // The list does not say it has every code of the province: nothing is wrong by it.
  expect(await found()).toEqual([]);
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
  // Now it does, and the person's county was never one, or one that ended before numbers were given.
  const complete = (rest = ''): string => `${head},complete\n${provinceCode},本省,,,,1\n${rest}`;
  const finding = { code, nobodys: 0, anybody: 1, has_one: 1 };
  expect(await loadDivisionList(store, { ...by, csv: complete() })).toMatchObject({ complete: ['本省'] });
  expect(await found()).toContainEqual({ rule: 'number_of_no_division', ...finding });
  await loadDivisionList(store, { ...by, csv: complete(`${code},旧县,1949-10-01,1980,,\n`) });
  expect(await found()).toContainEqual({ rule: 'number_of_ended_division', ...finding });
  // A finding is no defect: the number still says who somebody is.
  expect(await origin()).toMatchObject({ native_division_status: 'ended' });
}
