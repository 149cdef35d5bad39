/** One spelling of a JSON document, so that a signature over it can be checked by any program (RFC 8785). */
import { createHash } from 'node:crypto';

/** Keys sorted by UTF-16 units, no spaces, absent values left out, numbers as ECMAScript spells them. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

/** sha256 of the canonical bytes, hexadecimal. */
export const hashOfDocument = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');
