/** The instance's secret for hashes of identity and telephone numbers: without it nobody can try numbers against the index. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { errorCode } from '../../warehouse/error-code.ts';
import { homePaths } from '../../warehouse/home.ts';
import { compact, compactSql } from '../../domain/cleaning.ts';

export interface LookupKey {
  /** Halves of the 128 bits, decimal. */
  params: { lookup_key_0: string; lookup_key_1: string };
  /** Names the key without telling it: entries under another key are made anew. */
  fingerprint: string;
}

/** `keys/lookup.key`, 16 bytes in hexadecimal, made on first use, readable by its owner only. Lost, it is made anew and the index with it. */
export async function lookupKey(home: string): Promise<LookupKey> {
  const folder = homePaths(home).keys;
  const file = path.join(folder, 'lookup.key');
  const text = (await readText(file)) ?? (await makeKey(folder, file));
  if (!/^[0-9a-f]{32}$/.test(text))
    throw new AppError('bad_configuration', 'The key of the search index cannot be read.', {
      where: { file },
      fix: 'Remove the file: the next run makes another, and the index anew.',
    });
  return {
    params: {
      lookup_key_0: BigInt(`0x${text.slice(0, 16)}`).toString(),
      lookup_key_1: BigInt(`0x${text.slice(16)}`).toString(),
    },
    fingerprint: createHash('sha256').update('search ').update(text).digest('hex').slice(0, 16),
  };
}

async function readText(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A link fails where the name is taken: of two that make a key at once, both end with the same one. */
async function makeKey(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}.part`;
  await writeFile(draft, `${randomBytes(16).toString('hex')}\n`, { mode: 0o600, flush: true });
  try {
    await link(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(file, 'utf8')).trim();
}

/** Of whom a number is: everybody's to ask for, or only of those who may see it. */
export type NumberKind = 'case' | 'person';

/** The hash of a number, compact, as 32 hexadecimal digits; needs the parameters of the key. */
const hashSql = (kind: NumberKind, number: string): string =>
  `hex(sipHash128Keyed((toUInt64({lookup_key_0:String}), toUInt64({lookup_key_1:String})), ${kind === 'case' ? "'case'" : "'person'"}, ${number}))`;

/** Hashes of a row's numbers, empty ones left out. */
export const lookupsSql = (numbers: Readonly<Record<NumberKind, readonly string[]>>): string => {
  const lists = (['case', 'person'] as const)
    .filter((kind) => numbers[kind].length > 0)
    .map(
      (kind) =>
        `arrayMap(number -> ${hashSql(kind, 'number')}, arrayFilter(number -> number != '', [${numbers[kind].map(compactSql).join(', ')}]))`,
    );
  return lists.length === 0 ? 'CAST([] AS Array(String))' : `arrayDistinct(arrayConcat(${lists.join(', ')}))`;
};

/** The same of a typed number, bound as the parameter `name`. */
export const typedHashSql = (kind: NumberKind, name: string): string => hashSql(kind, `{${name}:String}`);

/** A typed word as numbers are compared. */
export const asNumber = (word: string): string => compact(word);
