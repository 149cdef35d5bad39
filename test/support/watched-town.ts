/** The small town with lets, households and payments each there for one reading of one rule of alert; worked out in test/integration/alert-rules.test.ts. */
import { smallTown } from './small-town.ts';
import type { StdRow } from './std-tables.ts';

/** Let since long ago, in project P1. */
const let_ = (no: string): Record<string, StdRow[]> => ({
  'operations.dwelling': [
    {
      dwelling_no: `D${no}`,
      house_code: `H-D${no}`,
      project_no: 'P1',
      building_no: '1',
      room_no: `D${no}`,
      floor_area: 50,
      dwelling_state: 'let',
      standard_rent: 1000,
      delivered_on: '2022-02-01',
    },
  ],
  'operations.application': [
    {
      application_no: `A${no}`,
      applicant_name: `申请人${no}`,
      applicant_id_number: `p${no}`,
      applied_on: '2024-11-01',
      guarantee_form: 'in_kind',
      application_state: 'approved',
      community_code: '439901001001',
      decided_on: '2024-12-01',
    },
  ],
  'operations.contract': [
    {
      contract_no: `C${no}`,
      application_no: `A${no}`,
      house_code: `H-D${no}`,
      tenant_name: `申请人${no}`,
      tenant_id_number: `p${no}`,
      contract_kind: 'new',
      signed_on: '2025-01-01',
      starts_on: '2025-01-01',
      ends_on: '2027-12-31',
      monthly_rent: 1000,
      deposit: 2000,
      contract_state: 'active',
      breach_clause: '违约条款',
    },
  ],
});

/** What lies about a dwelling: which meters it has, and when its door was last opened. */
const devices = (
  no: string,
  kinds: readonly ('water' | 'electricity' | 'gas')[],
  opened: readonly string[],
) => ({
  'property.house_registry': [
    {
      house_code: `H-D${no}`,
      logical_division_code: '439901001001',
      ...Object.fromEntries(kinds.map((kind) => [`${kind}_meter_no`, `${kind}-${no}`])),
    },
  ],
  ...Object.fromEntries(
    kinds.map((kind) => [
      `utilities.${kind}_reading`,
      ['2026-10-10', '2026-10-20', '2026-10-30'].map((day) => ({
        meter_no: `${kind}-${no}`,
        reading_date: day,
        reading: 100,
        usage: 0,
      })),
    ]),
  ),
  'access_control.door_event': opened.map((day) => ({
    event_no: `${no}-${day}`,
    house_code: `H-D${no}`,
    card_no: `card-${no}`,
    happened_at: `${day} 02:00:00.000`,
    direction: 'in',
    is_registered: 1,
  })),
});

const parts: Record<string, StdRow[]>[] = [
  // Doors silent; one kind of meter, two kinds, and three kinds without a door that ever told anything.
  let_('20'),
  devices('20', ['gas'], ['2026-08-01']),
  let_('21'),
  devices('21', ['water', 'electricity'], ['2026-08-01']),
  let_('22'),
  devices('22', ['water', 'electricity', 'gas'], []),
];

export const watchedTown: Record<string, StdRow[]> = { ...smallTown };
for (const part of parts)
  for (const [dataset, rows] of Object.entries(part))
    watchedTown[dataset] = [...(watchedTown[dataset] ?? []), ...rows];
