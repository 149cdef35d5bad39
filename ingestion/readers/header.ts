import { type Dataset, datasetId, type Field } from '../contract.ts';
import { headerName } from './header-name.ts';
import { LIMITS, refusal } from './reader.ts';

/** The title a field has in files of the version in force. */
export const sentName = ({ sent, source }: Field): string => headerName(sent?.source ?? source);

export interface HeaderMatch {
  /** The contract's source columns the file has, in the contract's order … */
  columns: string[];
  /** … and the position of each in the file. */
  positions: number[];
  notes: string[];
  /** Columns the contract does not have. */
  extra: string[];
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
  const names = distinctNames(header);
  if (dataset.fields.length === 0) return everyColumn(names);
  const at = new Map<string, number>();
  names.forEach((name, position) => at.set(name, position));
  const match: HeaderMatch = { columns: [], positions: [], notes: [], extra: [] };
  for (const field of dataset.fields) {
    const position = at.get(sentName(field));
    at.delete(sentName(field));
    if (position !== undefined) {
      match.columns.push(field.source);
      match.positions.push(position);
    } else if (!field.optionalColumn) {
      throw missingColumn(sentName(field), dataset);
    } else {
      match.notes.push(`The optional column “${sentName(field)}” is missing.`);
    }
  }
  // Of a file with none of them nothing could be told apart, whether each may be absent or not.
  if (match.columns.length === 0 && dataset.fields[0])
    throw missingColumn(sentName(dataset.fields[0]), dataset);
  const unknown = new Set([...at.values()]);
  const plain = header.map(headerName);
  const twin = plain.findIndex((name, i) => unknown.has(i) && name !== '' && plain.indexOf(name) < i);
  if (twin >= 0) {
    const column = shownName(plain[twin] ?? '');
    throw refusal('duplicate_column', `The column “${column}” is in the header twice.`, { column });
  }
  match.extra = [...unknown].map((i) => plain[i] ?? '').filter((name) => name !== '');
  match.notes.push(...extraColumnNotes(match.extra));
  return match;
}

/** The contract's column at a position of the file; null for one the contract does not have. */
export const columnAt = (match: HeaderMatch, position: number): string | null =>
  match.columns[match.positions.indexOf(position)] ?? null;

/** What a column without a name is called, by its position from 0. */
export const unnamedColumn = (position: number): string => `column ${position + 1}`;

/** One name a column, for engines that do not see case too: the second 金额 is “金额 (2)”, so that a contract can tell them apart. */
function distinctNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, position) => {
    const name = headerName(cell) || unnamedColumn(position);
    let distinct = name;
    for (let copy = 2; taken.has(distinct.toLowerCase()); copy++) distinct = `${name} (${copy})`;
    taken.add(distinct.toLowerCase());
    return distinct;
  });
}

/** For a contract without fields, which is how a file nobody knows is read: all it has. */
const everyColumn = (names: string[]): HeaderMatch => ({
  columns: names,
  positions: names.map((_, position) => position),
  notes: [],
  extra: [],
});

export const missingColumn = (column: string, dataset: Dataset) =>
  refusal(
    'missing_column',
    `The column “${column}” of ${datasetId(dataset)} is missing.`,
    { column },
    'Send the file again with the column, or widen the contract when the agency no longer has it.',
  );

export const extraColumnNotes = (names: string[]): string[] =>
  names
    .filter((name) => name !== '' && !name.startsWith('_'))
    .slice(0, 20)
    .map((name) => `The column “${shownName(name)}” is not in the contract and was left out.`);

/** Names come from the file: kept short, and in one line. */
export const shownName = (name: string): string => name.replace(/\p{Cc}/gu, ' ').slice(0, 60);
