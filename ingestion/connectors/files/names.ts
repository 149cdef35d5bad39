import { UNFINISHED } from '../../landing/inbox.ts';

/**
 * Names come from the other side. One that is more than a name (`../x`, `/etc/x`, `a\b`, with a control character or NUL) is
 * never given to a file system or back to the server.
 */
export const isSafeName = (name: string): boolean =>
  name !== '' &&
  name !== '.' &&
  name !== '..' &&
  !/[/\\\p{Cc}\p{Cs}\u2028\u2029]/u.test(name) &&
  Buffer.byteLength(name) <= 255;

/** What senders write to while they write, and what systems leave behind: `.part`, `.tmp`, hidden files, `~`. */
export const isUnfinished = (name: string): boolean => UNFINISHED.test(name);

/** For people and the ledger: one line, and no path. */
export const shownName = (name: string): string =>
  name
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '�')
    .replace(/[/\\]/g, '∕')
    .slice(0, 200);

/** `*` and `?` over whole names. */
export function matcher(include: string | readonly string[]): (name: string) => boolean {
  const patterns = [include].flat().map((glob) => {
    const text = glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${text}$`, 'su');
  });
  return (name) => patterns.some((pattern) => pattern.test(name));
}
