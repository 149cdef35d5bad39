/** A building of three homes, two of one owner, and four projects that put its votes and accounts to the test; by hand. */
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { deliverStd, type StdRow } from './std-tables.ts';

const OWNERS = ['91439901MA000001XA', '91439901MA000001XA', '91439901MA000002XB'];
const AREAS = [60, 60, 30];

/** Who of the three homes votes what: `agree`, `against` or nothing. */
const BALLOTS: Record<string, (string | null)[]> = {
  // Four fifths of the area, but one owner of two.
  U1: ['agree', 'agree', null],
  // All vote; four fifths of the area agree, but half of the owners is not more than half.
  U2: ['agree', 'agree', 'against'],
  U3: ['agree', 'agree', 'agree'],
  // An emergency asks nobody.
  U4: [null, null, null],
};

export async function deliverSmallFund(warehouse: Warehouse): Promise<void> {
  const deliver = (dataset: string, rows: StdRow[]): Promise<void> =>
    deliverStd(warehouse, `maintenance_fund.${dataset}`, 1, rows);
  await deliver('area', [
    { area_no: 'WY1', area_name: '临水花园', division_code: '439901001001', bank_no: 'YH1' },
  ]);
  await deliver('building', [{ building_no: 'WY1-01', area_no: 'WY1' }]);
  await deliver('unit', [{ unit_no: 'WY1-01-1', building_no: 'WY1-01' }]);
  const homes = AREAS.map((area, k) => ({
    no: `F${k + 1}`,
    account: `Z${k + 1}`,
    area,
    owner: OWNERS[k] ?? '',
  }));
  await deliver(
    'dwelling',
    homes.map(({ no, area }) => ({ dwelling_no: no, unit_no: 'WY1-01-1', floor_area: area })),
  );
  await deliver(
    'owner',
    homes.map(({ no, owner }, k) => ({
      owner_no: `Y${k + 1}`,
      dwelling_no: no,
      owner_kind: 'organisation',
      credit_code: owner,
    })),
  );
  await deliver(
    'account',
    homes.map(({ no, account }, k) => ({
      account_no: account,
      dwelling_no: no,
      first_deposit: 6000,
      // The first says ten yuan more than was booked; the second has just 30 % left; the third never paid.
      balance: [1709.99, 1800, 0][k] ?? 0,
      balance_on: '2026-10-31',
    })),
  );
  await deliver(
    'deposit',
    homes.map(({ account }, k) => ({
      deposit_no: `J${k + 1}`,
      account_no: account,
      deposit_kind: 'first',
      amount_due: 6000,
      due_on: '2015-05-01',
      amount_paid: k < 2 ? 6000 : null,
      paid_on: k < 2 ? '2015-05-02' : null,
    })),
  );
  await deliver('ledger_entry', [
    entry('M1', 'Z1', 'deposit', 6000, 0, 'J1', '2015-05-02'),
    entry('M2', 'Z2', 'deposit', 6000, 0, 'J2', '2015-05-02'),
    entry('M3', 'Z1', 'use', 0, 4300.01, 'B1', '2026-03-01'),
    entry('M4', 'Z2', 'use', 0, 4200, 'B1', '2026-03-01'),
    // After the day the balance is of.
    entry('M5', 'Z1', 'yield', 5, 0, 'S1', '2026-11-20'),
  ]);
  await deliver(
    'use_project',
    Object.keys(BALLOTS).map((use) => ({
      use_no: use,
      area_no: 'WY1',
      building_no: 'WY1-01',
      use_kind: use === 'U4' ? 'emergency' : 'ordinary',
      voted_amount: use === 'U4' ? null : 8500,
      applied_on: '2026-01-01',
      voted_on: use === 'U4' ? null : '2026-02-01',
    })),
  );
  await deliver(
    'vote',
    Object.entries(BALLOTS).flatMap(([use, choices]) =>
      choices.flatMap((choice, k) =>
        choice === null
          ? []
          : [
              {
                vote_no: `${use}-${k + 1}`,
                use_no: use,
                dwelling_no: `F${k + 1}`,
                choice,
                voted_on: '2026-01-20',
              },
            ],
      ),
    ),
  );
  await deliver('payment', [
    { payment_no: 'B1', use_no: 'U3', amount: 8500.01, paid_on: '2026-03-01' },
    { payment_no: 'B2', use_no: 'U1', amount: 8500, paid_on: '2026-03-01' },
  ]);
}

const entry = (
  no: string,
  account: string,
  kind: string,
  income: number,
  expense: number,
  source: string,
  day: string,
): StdRow => ({
  entry_no: no,
  account_no: account,
  entry_kind: kind,
  income,
  expense,
  booked_on: day,
  source_no: source,
});
