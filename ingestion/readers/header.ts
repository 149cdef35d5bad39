import { type Dataset, datasetId } from '../contract.ts';
import { LIMITS, refusal } from './reader.ts';

/** How names of columns are compared: half width, trimmed, no byte order mark. */
export const headerName = (text: string): string => text.normalize('NFKC').replaceAll('\ufeff', '').trim();

export interface HeaderMatch {
  /** The contract's source columns the file has, in the contract's order … */
  columns: string[];
  /** … and the position of each in the file. */
  positions: number[];
  notes: string[];
}

/**
 * Finds the contract's columns in a file's header; their order does not matter.
 * @throws AppError `refused_delivery`, rule `duplicate_column`, `missing_column` or `too_many_columns`
 */
export function matchHeader(header: string[], dataset: Dataset): HeaderMatch {
  if (header.length > LIMITS.columns) {
    throw refusal(
      'too_many_columns',
      `The file has ${header.length} columns; at most ${LIMITS.columns} are read.`,
    );
  }
  const at = new Map<string, number>();
  header.map(headerName).forEach((name, position) => {
    if (name !== '' && at.has(name)) {
      throw refusal('duplicate_column', `The column “${shown(name)}” is in the header twice.`, {
        column: shown(name),
      });
    }
    at.set(name, position);
  });
  const match: HeaderMatch = { columns: [], positions: [], notes: [] };
  for (const field of dataset.fields) {
    const position = at.get(headerName(field.source));
    at.delete(headerName(field.source));
    if (position !== undefined) {
      match.columns.push(field.source);
      match.positions.push(position);
    } else if (!field.optionalColumn) {
      throw missingColumn(field.source, dataset);
    } else {
      match.notes.push(`The optional column “${field.source}” is missing.`);
    }
  }
  match.notes.push(...extraColumnNotes([...at.keys()]));
  return match;
}

export const missingColumn = (column: string, dataset: Dataset) =>
  refusal(
    'missing_column',
    `The column “${column}” of ${datasetId(dataset)} is missing.`,
    { column },
    'Send the file again with the column, or widen the contract when the agency no longer has it.',
  );

export const extraColumnNotes = (names: string[]): string[] =>
  names
    .filter((name) => name !== '')
    .slice(0, 20)
    .map((name) => `The column “${shown(name)}” is not in the contract and was left out.`);

/** Names come from the file: kept short, and in one line. */
const shown = (name: string): string => name.replace(/\p{Cc}/gu, ' ').slice(0, 60);
