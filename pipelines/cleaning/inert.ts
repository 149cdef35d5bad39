/** What people write, as literals that are nothing but text: to the template that renders a model, and to the engine. */
import { AppError } from '../../domain/errors.ts';

/** Letters, digits and Han stay readable; every other character is its bytes, so that no brace, quote or backslash is left. */
const PLAIN = /[A-Za-z0-9\u4e00-\u9fff]/;
const encoder = new TextEncoder();

/** 'quoted' ClickHouse literal of any text. */
export function inert(text: string): string {
  const characters = [...text].map((character) =>
    PLAIN.test(character)
      ? character
      : [...encoder.encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  return `'${characters.join('')}'`;
}

export const inertArray = (texts: readonly string[]): string => `[${texts.map(inert).join(', ')}]`;

/** A pattern's source that matches just this text. */
export const quoted = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** `$1` for groups, `$$` for a dollar, as the engine wants it: `\1`. */
export function replacement(text: string, groups: number): string {
  return text.replaceAll('\\', '\\\\').replaceAll(/\$(\$|[0-9]|)/g, (_, what: string) => {
    if (what === '$') return '$';
    if (what === '' || Number(what) > groups)
      throw new AppError('bad_request', `$${what} names no group of the pattern, which has ${groups}.`, {
        fix: 'Write $$ for a dollar sign.',
      });
    return `\\${what}`;
  });
}

/** Groups of a pattern, or an AppError that says why it is none. JavaScript's reading; the engine's own follows when it is tried. */
export function groupsOf(source: string): number {
  try {
    return (new RegExp(`${source}|`, 'u').exec('')?.length ?? 1) - 1;
  } catch (error) {
    throw new AppError('bad_request', `The pattern cannot be read: ${(error as Error).message}`, {
      fix: 'Write it as RE2 understands it: no lookaround, no back references.',
      cause: error,
    });
  }
}
