import type { Delivery } from '../contract.ts';
import type { SourceFile } from '../readers/index.ts';

/** What was found out about a file's form. */
export interface Sniffed {
  file: SourceFile;
  delivery: Delivery;
  /** Names of the fields, where the shape's reader does not find them by itself. */
  fields: string[];
  notes: string[];
}

export interface SniffOptions {
  /** Where an archive's file is unpacked; made if missing. */
  directory: string;
  /** Which of an archive's files, `*` standing for anything; without it the kind with the most bytes. */
  entries?: string | undefined;
}
