/** What somebody does about quarantined rows on some days of each home, disturbed or not. */
import type { Delivery } from './faults-home.ts';
import type { RepairOrder } from './faults-lander.ts';

const REPAIRS: Readonly<Record<number, Omit<RepairOrder, 'dataset' | 'file'>>> = {
  6: { kind: 'mend', rule: 'required', corrections: { lease_no: 'L960006' } },
  13: { kind: 'accept', rule: 'format' },
  17: { kind: 'mend', rule: 'required', corrections: { lease_no: 'L960017' } },
  19: { kind: 'return', rule: 'column_count' },
};

export const isRepairDay = (day: number): boolean => day in REPAIRS;

export function repairOf(day: number, { source, dataset, name }: Delivery): RepairOrder | undefined {
  const repair = REPAIRS[day];
  return repair && { ...repair, dataset: `${source}.${dataset}`, file: name };
}
