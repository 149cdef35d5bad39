/** What weights or rules say of two records, persons, dwellings, enterprises or households. */
import type { EvidenceLine } from '../../warehouse/operational/tables/who-is-who.ts';
import type { Judged } from './rules/judge.ts';

export interface WhySide {
  given: string;
  /** What it is now; '' where it says too little. */
  id: string;
  /** What it is known by (`person:<id>`, `house:<code>` …): decisions name it so; '' where it is not known by itself. */
  anchor: string;
  /** What decided that, as the links have it. */
  how: string;
  records: number;
}
/** How one comparison comes out; the weight is null where rules decide. Never a value. */
export type WhyLine = Omit<EvidenceLine, 'weight'> & { weight: number | null };

/** What weights or rules say of two. */
export interface Found {
  a: WhySide;
  b: WhySide;
  /** What stands, in one sentence. */
  because: string;
  /** Of the two records, one of each, that have most in common; `prior` first where weights decide. */
  evidence: WhyLine[];
  /** In log2 of the odds, with the thresholds from which a pair is linked, and from which a person is asked; null where rules decide. */
  sum: { weight: number; chance: number; match: number; clerical: number } | null;
  /** Where rules decide: each, whether it links these records, and the conditions that fail. */
  rules: Judged[];
}
