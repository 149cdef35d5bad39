/** What trying something out tells: kept with the rule, shown to who activates it. */

/** Rows a published table would lose and gain; `published` is false where no run has built it yet. */
export interface TableDifference {
  table: string;
  rows: number;
  gone: number;
  come: number;
  published: boolean;
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
  /** Masked. */
  samples: { field: string; before: string; after: string; rows: number }[];
  /** Tables of base (or everywhere) that would change, the standardising model first. */
  tables: TableDifference[];
}
