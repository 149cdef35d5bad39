/** The real engine, for expressions over many texts at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryAsync } from 'chdb';

/**
 * Each expression, over the columns of `subquery` (its source has the one column `v String`), for every text in order.
 * Answers a row of strings (or null) a text.
 */
export async function overTexts(
  texts: readonly string[],
  select: string,
  where: (source: string) => string = (source) => source,
  settings = '',
): Promise<unknown[][]> {
  const directory = mkdtempSync(join(tmpdir(), 'anju-domain-'));
  try {
    const file = join(directory, 'texts.jsonl');
    writeFileSync(file, texts.map((v, i) => JSON.stringify({ i, v })).join('\n'));
    const source = where(`(SELECT i, v FROM file('${file}', 'JSONEachRow', 'i UInt32, v String'))`);
    const result = await queryAsync(
      `SELECT ${select} FROM ${source} ORDER BY i${settings && ` SETTINGS ${settings}`}`,
      {
        format: 'JSONCompactEachRow',
      },
    );
    return result
      .text()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown[]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
