/** What can be planted, how often, and what is known of each violation. */
import type { Member } from './families.ts';
import type { Household } from './households.ts';
import type { Stay } from './leases.ts';

export const PLANTED_KINDS = [
  'vacant_while_let',
  'sublet',
  'second_home',
  'double_benefit',
  'income_over_line',
  'arrears',
  'contract_mismatch',
  'let_without_contract',
  'deceased',
  'register_moved_away',
  'subsidy_overpaid',
  // Those below came later: each is drawn after all above, so that nothing above moved.
  'occupants_mismatch',
  'rent_mismatch',
  'rent_over_limit',
  'rent_price_fluctuation',
  'contract_template_mismatch',
  'contract_changed',
  'benefit_twice',
  'subsidy_after_exit',
  'subsidy_payment_late',
] as const;
export type PlantedKind = (typeof PLANTED_KINDS)[number];
/** `overlong_vacancy` is not planted: it follows from the leases and is listed with the others. */
export type ViolationKind = PlantedKind | 'overlong_vacancy';

export interface Violation {
  kind: PlantedKind;
  /** Day number. */
  since: number;
  household: Household;
  /** The stay concerned; none for households on subsidy. */
  stay: Stay | null;
  person: number;
  /** Who lives there without being of the household, where somebody does. */
  occupant?: number;
  /** Of another household, and on this one's list of members as well. */
  alsoMember?: Member;
  /** What left the trace, e.g. `ownership`, `net_signed_contract`, `other_benefit`, `subsidy`. */
  trace: string;
}

/** Share of the lets (of the households on subsidy for those of subsidy) in which each is planted. */
export const RATES: Record<PlantedKind, number> = {
  vacant_while_let: 0.015,
  sublet: 0.012,
  second_home: 0.012,
  double_benefit: 0.012,
  income_over_line: 0.012,
  arrears: 0.025,
  contract_mismatch: 0.01,
  let_without_contract: 0.01,
  deceased: 0.006,
  register_moved_away: 0.006,
  subsidy_overpaid: 0.03,
  occupants_mismatch: 0.012,
  rent_mismatch: 0.01,
  rent_over_limit: 0.01,
  rent_price_fluctuation: 0.008,
  contract_template_mismatch: 0.01,
  contract_changed: 0.008,
  benefit_twice: 0.005,
  subsidy_after_exit: 0.03,
  subsidy_payment_late: 0.03,
};
