import { AppError } from '../../domain/errors.ts';

/** A name in backquotes; the only function that quotes names. Dots are part of the name: quote database and table apart. */
export function identifier(name: string): string {
  if (name === '' || name.includes('\0')) {
    throw new AppError('bug', 'A name in SQL must not be empty or hold a NUL character.');
  }
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** `database.table` with both parts quoted. */
export function tableName(database: string, table: string): string {
  return `${identifier(database)}.${identifier(table)}`;
}

/** A string literal in single quotes, with `\` and `'` escaped. Prefer query parameters for values. */
export function literal(text: string): string {
  if (text.includes('\0')) throw new AppError('bug', 'A literal in SQL must not hold a NUL character.');
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
