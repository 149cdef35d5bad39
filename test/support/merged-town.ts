import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { deliverStd } from './std-tables.ts';

/** Of the small city: a house, an enterprise and a person, and another of each that will turn out to be the same. */
export const KEPT = {
  dwelling: 'H0001',
  enterprise: '91439900MA00000011',
  person: '439901198001010011',
} as const;
export const OTHER = {
  dwelling: 'H0002',
  enterprise: '91439900MA00000022',
  person: '439901198502020028',
} as const;

/** Whatever may speak of the other house, enterprise and person. */
export async function deliverTwice(warehouse: Warehouse): Promise<void> {
  const deliver = (id: string, ...rows: Parameters<typeof deliverStd>[3]): Promise<void> =>
    deliverStd(warehouse, id, 3, rows);
  const { dwelling: house_code, enterprise, person: id_number } = OTHER;
  await deliver('property.house_registry', { house_code, floor_area: 50, water_meter_no: 'W2' });
  await deliver('operations.contract', {
    ...{ contract_no: 'K2', application_no: 'A2', house_code, tenant_id_number: id_number },
    ...{ starts_on: '2026-01-01', ends_on: '2027-12-31', contract_state: 'active' },
  });
  await deliver('operations.occupant', { occupant_no: 'B2', contract_no: 'K2', house_code, id_number });
  await deliver('operations.complaint', {
    ...{ complaint_no: 'T2', house_code, complained_at: '2026-02-01 00:00:00' },
  });
  await deliver(
    'operations.rent_due',
    ...['K2', 'no such contract'].map((contract_no, n) => ({
      ...{ rent_due_no: `R2${n}`, contract_no, house_code, rent_month: '2026-03-01' },
      ...{ amount_due: 700, due_on: '2026-03-10' },
    })),
  );
  const event = { card_no: 'C1', direction: 'in', is_registered: 1 };
  await deliver(
    'access_control.door_event',
    { ...event, event_no: 'E1', house_code: KEPT.dwelling, happened_at: '2026-03-01 04:00:00' },
    { ...event, event_no: 'E2', house_code, happened_at: '2026-03-01 05:00:00' },
    { ...event, event_no: 'E3', house_code, happened_at: '2026-04-01 05:00:00' },
  );
  await deliver('operations.project', {
    project_no: 'P2',
    project_name: '新桥家园',
    operator_credit_code: enterprise,
  });
  await deliver('operations.dwelling', { dwelling_no: 'D4', house_code: 'H0004', project_no: 'P2' });
  await deliver('market_regulation.business_registry', {
    credit_code: enterprise,
    enterprise_name: '云河安居公司',
  });
  await deliver('police.household_register', { id_number, person_name: '张叁', register_no: 'R2' });
  await deliver('police.residence_permit', { permit_no: 'P1', id_number, person_name: '李四' });
  await deliver('social_insurance.enterprise_basic', {
    ...{
      insurance_no: 'S1',
      id_number,
      person_name: '李四',
      unit_credit_code: enterprise,
      unit_name: '云河安居公司',
    },
  });
  await deliver('social_insurance.enterprise_payment', {
    insurance_no: 'S1',
    id_number,
    pay_month: '2026-01-01',
  });
}
