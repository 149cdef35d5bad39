/** What trying something out tells: kept with the rule, shown to who activates it. */

import type { TableDifference } from '../scratch.ts';

/** Of a data set: rows that wait for a fault its rules may mend, and those of them the next run would let in by the rule tried. */
export interface WouldMend {
  dataset: string;
  waiting: number;
  mended: number;
}

export interface Trial {
  /** The rules it was tried with: another set, another answer. */
  against: string;
  /** Rows of the standardising model, and values this rule changes and things it finds in them. */
  rows: number;
  changed: number;
  findings: { finding: string; outcome: string; rows: number }[];
  /** Values with a defect of the rule's fields, without the rule and with it. */
  defects: { before: number; after: number };
  /** Rows in quarantine of its data set: none for a rule that looks beyond one text. Absent of try-outs that were kept before it was asked. */
  quarantine?: WouldMend[];
  /** Masked. */
  samples: { field: string; before: string; after: string; rows: number }[];
  /** Tables of base (or everywhere) that would change, the standardising model first. */
  tables: TableDifference[];
}
