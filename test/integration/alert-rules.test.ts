/** What single rules of alert say of lets, households and payments that are there for one reading each. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { handMadeTown, type HandMadeTown, linesOf } from '../support/hand-made-town.ts';
import { AS_OF } from '../support/small-town.ts';
import { watchedTown } from '../support/watched-town.ts';

let project: HandMadeTown['project'];
let platform: HandMadeTown['platform'];
const lines = (sql: string): Promise<string[]> => linesOf(platform, sql);
/** What a rule names, in the order of these columns. */
const found = (rule: string, columns: string): Promise<string[]> =>
  lines(`SELECT ${columns} FROM mart_supervision.violation WHERE rule = '${rule}' ORDER BY ${columns}`);

beforeAll(async () => {
  ({ platform, project } = await handMadeTown(watchedTown));
  await platform.warehouse.run(
    "INSERT INTO meta.quarantine (dataset, rule, row_text) VALUES ('operations.subsidy_due', 'column_count', 'S54-2026-10,A54-subsidy'), ('operations.subsidy_paid', 'money', 'T55-2026-09,S55-2026-09,五百'), ('operations.household_member', 'format', '成员,A33,子33'), ('operations.household_member', 'required', 'CY34,,p34-aunt'), ('operations.occupant', 'format', 'O35-1,#N/A?,H-D35,申请人35,p35'), ('operations.subsidy_paid', 'required', 'T56,,500,2026年9月23日,bank-56'), ('operations.rent_paid', 'required', 'Y57,,C57,1000,20260809')",
  );
  const built = await buildModels(platform, await loadProject(project.path), {
    asOf: AS_OF,
    select: ['+mart_supervision__violation', '+mart_supervision__vacancy_month', '+maintenance_fund_part'],
  });
  expect(built.filter(({ status }) => status !== 'built')).toEqual([]);
}, 400_000);
afterAll(async () => {
  await platform.close();
  await project.dispose();
});

describe('vacant while let', () => {
  test('is said of a silent door and two silent kinds of meter, not of one meter nor where no door ever told anything', async () => {
    expect(
      await lines(`SELECT room_no, ifNull(toString(vacant_by_doors), '-'), vacant_by_meters, silent_meter_kinds
        FROM mart_supervision.watch_dwelling WHERE room_no IN ('D20', 'D21', 'D22') ORDER BY room_no`),
    ).toEqual(['D20 1 1 1', 'D21 1 1 2', 'D22 - 1 3']);
    expect(await found('vacant_while_let', 'room_no')).toEqual(['D2', 'D21']);
  });

  test('a month before its door told anything is not vacant by doors', async () => {
    expect(
      await lines(
        "SELECT room_no, toString(month), vacant_by_doors FROM mart_supervision.vacancy_month WHERE room_no IN ('D2', 'D21', 'D22') ORDER BY room_no, month",
      ),
    ).toEqual([
      ...['D2 2026-08-01 0', 'D2 2026-09-01 0', 'D2 2026-10-01 0'],
      ...['D21 2026-08-01 0', 'D21 2026-09-01 1', 'D21 2026-10-01 1'],
      ...['D22 2026-08-01 0', 'D22 2026-09-01 0', 'D22 2026-10-01 0'],
    ]);
  });
});

describe('strangers at the door', () => {
  test('on two of three days on which it told anything, and on ten, is a finding; the days it was silent count for nobody', async () => {
    expect(
      await lines(`SELECT room_no, stranger_days_30, door_days_30, toString(stranger_day_share_30)
        FROM mart_supervision.watch_dwelling WHERE room_no IN ('D23', 'D24', 'D25') ORDER BY room_no`),
    ).toEqual(['D23 12 12 1', 'D24 12 20 0.6', 'D25 9 9 1']);
    const rooms = await found('sublet', 'room_no');
    expect(rooms).toContain('D23');
    expect(rooms).not.toContain('D24');
    expect(rooms).not.toContain('D25');
  });
});

describe('occupants and the contract', () => {
  test('somebody of no household, or a tenant who is not registered there, is a finding; a slip in a number, a member whose row is in quarantine, or a day of moving in that cannot be read, is none', async () => {
    expect(
      await lines(`SELECT contract_no, occupant_count, foreign_occupants, ifNull(toString(is_tenant_resident), '-'), ifNull(toString(foreign_since), '-')
        FROM mart_supervision.watch_contract WHERE contract_no IN ('C20', 'C30', 'C31', 'C32', 'C35', 'C36', 'C37', 'C38') ORDER BY contract_no`),
    ).toEqual([
      'C20 0 0 - -',
      'C30 3 1 1 2026-05-01',
      'C31 1 0 0 -',
      'C32 1 0 1 -',
      'C35 1 0 - -',
      'C36 2 0 1 -',
      'C37 2 1 1 -',
      'C38 1 0 0 -',
    ]);
    expect(await found('occupants_mismatch', 'contract_no, toString(since)')).toEqual([
      'C30 2026-05-01',
      `C31 ${AS_OF}`,
      `C37 ${AS_OF}`,
      `C38 ${AS_OF}`,
    ]);
  });
});

describe('one person, two benefits', () => {
  test('under two applications at the same time is a finding on both; one after the other is none', async () => {
    expect(await found('benefit_twice', 'household_id, toString(since)')).toEqual([
      'A40 2025-01-01',
      'A41 2025-01-01',
      'A42 2026-09-01',
      'A42-subsidy 2026-09-01',
    ]);
    expect(
      await lines(
        "SELECT evidence_zh FROM mart_supervision.violation WHERE rule = 'benefit_twice' AND household_id = 'A42'",
      ),
    ).toEqual(['1 名成员同时列入其他 1 份正在享受保障的申请：A42-subsidy']);
  });
});

describe('subsidy after the end', () => {
  test('money for which nothing is due stays in base, with the household whose account it went to', async () => {
    expect(
      await lines(`SELECT subsidy_due_no, household_id, toString(subsidy_month), amount_due, amount_paid, has_due
        FROM base.subsidy_payment WHERE has_due = 0 OR subsidy_due_no = 'S50-2026-07' ORDER BY subsidy_due_no`),
    ).toEqual([
      'S50-2026-07 A50-subsidy 2026-07-01 500 500 1',
      'S50-2026-08 A50-subsidy 2026-08-01 0 400 0',
      'S50-2026-09 A50-subsidy 2026-09-01 0 400 0',
      'S53-2026-09  2026-09-01 0 400 0',
      'S54-2026-10 A54-subsidy 2026-10-01 0 400 0',
    ]);
  });

  test('is a finding without a due row, after the application ended and after the last member died; not where the due row is in quarantine', async () => {
    expect(await found('subsidy_after_exit', 'household_id, toString(since), evidence_zh')).toEqual([
      'A50-subsidy 2026-08-01 近 12 个月退出保障后仍发放 0 个月，无应发记录而发放 2 笔，共 800 元',
      'A51-subsidy 2026-09-01 近 12 个月退出保障后仍发放 2 个月，无应发记录而发放 0 笔，共 1000 元',
      'A52-subsidy 2026-10-01 近 12 个月退出保障后仍发放 1 个月，无应发记录而发放 0 笔，共 500 元',
    ]);
    expect(await found('subsidy_unknown_recipient', 'object_key, toString(since)')).toEqual([
      'S53-2026-09 2026-09-16',
    ]);
    // Who is paid without anything due is no present beneficiary, and not overpaid either.
    expect(await found('subsidy_overpaid', 'household_id')).toEqual([]);
  });
});

describe('subsidy not paid', () => {
  test('is a finding for a month nothing was paid for; not where the payment is in quarantine, nor for one of the months where one into that account is', async () => {
    expect(await found('subsidy_payment_late', 'object_key, toString(since)')).toEqual([
      'S3 2026-10-15',
      'S55-2026-08 2026-08-15',
      'S56-2026-07 2026-07-15',
      'S56-2026-08 2026-08-15',
    ]);
  });
});

describe('rent not paid', () => {
  test('of three open bills one may be what a payment in quarantine on that contract paid', async () => {
    expect(
      await lines(`SELECT overdue_months, overdue_amount, unpaid_bills, unread_payments, toString(oldest_due_on)
        FROM mart_supervision.watch_contract WHERE contract_no = 'C57'`),
    ).toEqual(['2 2000 2 1 2026-06-10']);
    expect(await found('tenant_no_payment', 'contract_no')).not.toContain('C57');
  });
});

describe('repairs', () => {
  test('finished is done though its state could not be read; unless the state says it is not', async () => {
    expect(await found('work_order_timeout', 'object_key')).toEqual(['X2', 'X36', 'X37']);
    expect(
      await lines(
        "SELECT open_repairs, open_safety_repairs FROM mart_supervision.watch_dwelling WHERE house_code = 'H-D35'",
      ),
    ).toEqual(['2 2']);
  });
});

describe('what a contract says and what is done', () => {
  test('bills of whole months that are not its rent', async () => {
    expect(await found('rent_mismatch', 'contract_no, toString(since), evidence_zh')).toEqual([
      'C60 2026-08-01 近 12 个月有 2 期整月账单与合同月租金 1000 元不符，最近一期 1150 元',
    ]);
  });

  test('ended, not renewed and still lived in is a finding without arrears; ended and left is none', async () => {
    expect(await found('contract_renewal', 'contract_no, toString(since)')).toEqual([
      'C61 2026-09-30',
      'C69 2026-09-30',
    ]);
  });

  test('it ends within the month, but for who has signed the next one; a renewal given up, another household’s or not yet signed is none', async () => {
    expect(await found('contract_expiring', 'contract_no, toString(since), evidence_zh')).toEqual([
      'C65 2026-10-21 合同 20 天后到期，尚未续签',
      'C66 2026-10-21 合同 20 天后到期，尚未续签',
      'C67 2026-10-21 合同 20 天后到期，尚未续签',
      'C9 2026-10-16 合同 15 天后到期，尚未续签',
    ]);
  });

  test('its terms became others', async () => {
    expect(await found('contract_changed', 'contract_no, toString(since), evidence_zh')).toEqual([
      'C63 2026-10-10 合同于 2026-10-10 变更：租金、期限',
    ]);
  });
});

describe('employers', () => {
  test('who left the city, or came with a job elsewhere after the benefit began; another employer here is enough', async () => {
    expect(await found('employer_moved_away', 'household_id, evidence_zh')).toEqual([
      'A70 1 名成员的参保、缴存单位已迁出，或为保障开始后新参保的外地单位：单位70',
      'A72 1 名成员的参保、缴存单位已迁出，或为保障开始后新参保的外地单位：单位72',
    ]);
  });
});
