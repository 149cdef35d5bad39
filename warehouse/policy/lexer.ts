/**
 * Just enough of ClickHouse's lexical rules to change names and hide values in a statement without touching anything else.
 * It decides nothing about safety: what comes out is parsed by the engine and checked on its tree (`policy.ts`).
 */
const TOKEN =
  /'(?:[^'\\]|\\[\s\S]|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|`(?:[^`\\]|\\[\s\S]|``)*`|"(?:[^"\\]|\\[\s\S]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|[\p{L}_][\p{L}\p{N}_]*|\p{N}[\p{L}\p{N}_.]*|\s+|[\s\S]/gu;

const tokensOf = (sql: string): string[] => sql.match(TOKEN) ?? [];
const isSpace = (token: string) => /^(\s|--|\/\*)/.test(token);
const bare = (token: string) => (/^[`"]/.test(token) ? token.slice(1, -1) : token);

/** Databases analysts name, whose masked twin they read. */
const HAS_TWIN = /^(base|mart_[a-z0-9_]+)$/;
export const openDatabase = (database: string): string => `open_${database}`;

/**
 * `base.person` → `open_base.person`, `mart_supply.dwelling` → `open_mart_supply.dwelling`: analysts write the name they
 * know and read the view in which personal values are masked (DESIGN "Personal data"; G-33).
 */
export function readThroughOpenViews(sql: string): string {
  const tokens = tokensOf(sql);
  const listsTables = /^\s*show\s+tables\s/i.test(sql);
  const neighbour = (from: number, step: 1 | -1): string => {
    let at = from + step;
    while (at >= 0 && at < tokens.length && isSpace(tokens[at] ?? '')) at += step;
    return tokens[at] ?? '';
  };
  return tokens
    .map((token, at) => {
      if (!/^[\p{L}_`"]/u.test(token) || !HAS_TWIN.test(bare(token))) return token;
      const before = neighbour(at, -1);
      const isDatabase =
        neighbour(at, 1) === '.' ? before !== '.' : listsTables && /^(from|in)$/i.test(before);
      return isDatabase ? openDatabase(bare(token)) : token;
    })
    .join('');
}

/** The statement with every literal hidden: what a log may keep of it. Comments go too. */
export const withoutLiterals = (sql: string): string =>
  tokensOf(sql)
    .map((token) =>
      /^(--|\/\*)/.test(token)
        ? ' '
        : /^['$]/.test(token) && token.length > 1
          ? "'…'"
          : /^\p{N}/u.test(token) && token.length > 5
            ? '…'
            : token,
    )
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim();
