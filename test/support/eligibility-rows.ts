/** Rows of eligibility written by hand: four people, three applications, what the registers say of them, and an API over it. */
import { createHash } from 'node:crypto';
import { datasets } from '../../ingestion/contracts/index.ts';
import { loadDefinitions } from '../../pipelines/eligibility/definitions.ts';
import { MODELS_DIRECTORY } from '../../pipelines/models-directory.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type TestApi, testApi } from './api.ts';
import { createStdTables, deliverStd, type StdRow } from './std-tables.ts';

export const ZHANG = '439901198001010011';
export const LI = '439901198502020028';
export const CHEN = '439901197504040041';
export const WANG = '439901199003030030';
export const DAY = '2026-10-31';
export const FIRST = '2026-11-01T00:00:00.000Z';
export const LATER = '2026-11-05T00:00:00.000Z';

export const at = (instant: string): string => instant.replace('T', ' ').replace('Z', '');
const months = Array.from({ length: 12 }, (_, k) => `2026-${String(k + 1).padStart(2, '0')}-01`).slice(0, 10);

/** Sets with versions say when they were known. */
export const withKnown =
  (id: string, known = FIRST, from = '2026-10-31') =>
  (row: StdRow): StdRow =>
    datasets.find(({ source, dataset }) => `${source}.${dataset}` === id)?.load.strategy === 'append'
      ? row
      : { known_from: at(known), valid_from: from, ...row };
const application = (no: string, number: string, more: StdRow = {}): StdRow => ({
  ...{ application_no: no, applicant_id_number: number, applied_on: '2026-10-01', guarantee_form: 'in_kind' },
  ...{ application_state: 'reviewing', street_code: '439901001', ...more },
});
const member = (no: string, which: string, number: string, more: StdRow = {}): StdRow => ({
  ...{ member_no: `${no}-${which}`, application_no: no, id_number: number, ...more },
});

/** An API over the rows; close it. */
export async function eligibilityApi(): Promise<TestApi> {
  const api = await testApi();
  const { warehouse, store } = api.platform;
  await createStdTables(warehouse);
  await warehouse.run('CREATE DATABASE IF NOT EXISTS mart_supervision');
  for (const { source, dataset } of datasets)
    await warehouse.run(
      `CREATE VIEW base.std_${source}__${dataset} AS SELECT * FROM delivered.std_${source}__${dataset}`,
    );
  const known = await loadDefinitions(MODELS_DIRECTORY);
  for (const dataset of new Set([...known.datasets.values()].map((one) => one.dataset)))
    await store.db
      .insertInto('delivery')
      .values({
        ...{
          delivery_id: dataset,
          dataset,
          file_name: 'a.csv',
          sha256: createHash('sha256').update(dataset).digest('hex'),
          bytes: 1,
          encoding: 'utf-8',
        },
        ...{
          business_date: DAY,
          received_at: FIRST,
          state: 'loaded',
          refusal: null,
          origin: null,
          object_key: null,
        },
      })
      .execute();
  const deliver = (id: string, ...rows: StdRow[]) => deliverStd(warehouse, id, 1, rows.map(withKnown(id)));
  await deliver('geography.division', { division_code: '439900', division_name: '云河市' });
  await deliver(
    'operations.application',
    application('A1', ZHANG),
    application('A2', CHEN),
    application('A3', WANG, { decided_on: '2026-06-30', application_state: 'approved' }),
  );
  await deliver(
    'operations.household_member',
    member('A1', '01', ZHANG, { person_name: '张晓明', kinship_code: '01', marital_status: '10' }),
    member('A1', '02', LI, { kinship_code: '10', marital_status: '20' }),
    member('A3', '01', WANG, { kinship_code: '01' }),
  );
  await deliver(
    'police.household_register',
    { id_number: ZHANG, is_local: 1, moved_in_on: '2024-05-01' },
    { id_number: WANG, is_local: 1, moved_in_on: '2010-01-01' },
  );
  await deliver('social_insurance.enterprise_basic', {
    ...{ insurance_no: 'S1', id_number: ZHANG, insurance_state: 'insured', unit_name: '云河机械厂' },
    ...{ unit_credit_code: '91439900MA00000011', contribution_base: 5000, insured_on: '2024-01-01' },
  });
  await deliver(
    'social_insurance.enterprise_payment',
    // One month without a number is of whose account it is.
    ...months.map((pay_month, k) => ({
      ...{ insurance_no: 'S1', id_number: k === 0 ? '' : ZHANG, pay_month, contribution_base: 5000 },
    })),
  );
  return api;
}

/** The tables of base and supervision that polls and what-ifs read: A1 and A3 hold something of public rental, A3 since May. */
export async function holdings(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`CREATE OR REPLACE TABLE base.application ENGINE = Memory AS
    SELECT application_no, application_no AS household_id, guarantee_form, '439901' AS district_code, '安澜区' AS district_name, street_code,
      '东街' AS street_name, '' AS community_code, '' AS community_name, applied_on, decided_on, application_state,
      application_stage, applicant_id_number, applicant_id_number AS applicant_person_id FROM base.std_operations__application`);
  await warehouse.run(`CREATE OR REPLACE TABLE base.person ENGINE = Memory AS
    SELECT '${WANG}' AS person_id, '王小红' AS person_name, '${WANG}' AS id_number`);
  await warehouse.run(`CREATE OR REPLACE TABLE base.household_member ENGINE = Memory AS
    SELECT application_no AS household_id, person_name, id_number FROM base.std_operations__household_member`);
  await warehouse.run(`CREATE OR REPLACE TABLE base.dwelling ENGINE = Memory AS
    SELECT concat('D', toString(number)) AS dwelling_id, concat('H-', toString(number)) AS house_code, 'prh' AS project_kind, '439901' AS district_code,
      '安澜区' AS district_name, '439901001' AS street_code, '东街' AS street_name, '' AS community_code, '' AS community_name FROM numbers(4)`);
  await warehouse.run(`CREATE OR REPLACE TABLE base.contract ENGINE = Memory AS
    SELECT concat('K', told.1) AS contract_no, told.1 AS application_no, told.1 AS household_id, concat('D', substring(told.1, 2)) AS dwelling_id,
      '' AS tenant_person_id, '' AS tenant_name, '' AS tenant_id_number, '' AS phone, 'prh' AS contract_kind, 'active' AS contract_state,
      toDate32(told.2) AS signed_on, toNullable(toDate32(told.2)) AS starts_on, toNullable(toDate32('2027-12-31')) AS ends_on,
      CAST(NULL, 'Nullable(Date32)') AS terminated_on, toNullable(toDecimal64(500, 2)) AS monthly_rent, toNullable(toDecimal64(0, 2)) AS deposit,
      '' AS pay_method, '' AS breach_clause
    FROM (SELECT arrayJoin([('A1', '2025-01-01'), ('A3', '2026-05-01')]) AS told)`);
  await warehouse.run(`CREATE OR REPLACE TABLE base.subsidy_payment (household_id String, has_due UInt8, subsidy_month Date, amount_paid Decimal(18, 2))
    ENGINE = Memory`);
  await warehouse.run(`CREATE OR REPLACE TABLE mart_supervision.watch_household ENGINE = Memory AS
    SELECT arrayJoin(['A1', 'A3']) AS object_key, 'prh' AS programme, '439901' AS district_code, '439901001' AS street_code, '' AS community_code`);
}
