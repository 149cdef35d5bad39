/** Names by a pattern: entries of an archive, sheets of a workbook. */

/** The names like a pattern, `*` standing for anything, letters of either case. */
export function namesLike(names: readonly string[], pattern: string): string[] {
  const glob = new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`, 'iu');
  return names.filter((name) => glob.test(name));
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
