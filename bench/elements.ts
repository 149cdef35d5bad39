/**
 * Every data element over millions of generated values, in TypeScript and in ClickHouse: values a second of each, and how often
 * the two differ in normal form, verdict or value. No difference is allowed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { queryAsync } from 'chdb';
import type { Element } from '../domain/element.ts';
import { elementNamed, elements, type ElementName } from '../domain/elements/index.ts';
import { textsFor } from '../test/unit/domain/generators.ts';
import { type Bench, rounded } from './bench.ts';

/** Values a whole run compares at scale 1. */
const VALUES = 5_000_000;
/** Drawn by fast-check, which is slow; the rest are slips of these. */
const DRAWN = 4_000;
const BATCH = 50_000;

/** A small generator of numbers, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` texts: two drawn ones spliced, or one with a character exchanged; characters come from other drawn texts. */
function slips(drawn: readonly string[], count: number, next: () => number): string[] {
  const pick = (): string => drawn[Math.floor(next() * drawn.length)] ?? '';
  return Array.from({ length: count }, () => {
    const characters = [...pick()];
    if (characters.length > 200) characters.length = 200;
    const at = Math.floor(next() * (characters.length + 1));
    const other = [...pick()];
    const character = other[Math.floor(next() * other.length)] ?? '0';
    switch (Math.floor(next() * 4)) {
      case 0:
        characters[at] = character;
        break;
      case 1:
        characters.splice(at, 0, character);
        break;
      case 2:
        characters.splice(at, 1);
        break;
      default:
        characters.splice(at, characters.length, ...other.slice(-6));
    }
    // Halves of a surrogate pair cannot stand in a file.
    return characters.join('').replace(/\p{Surrogate}/gu, '\ufffd');
  });
}

interface Answer {
  values: number;
  differences: number;
  secondsOfTypeScript: number;
  secondsOfSql: number;
}

/** Normal form, verdicts of all checks in order, and value, as one text: equal texts, equal elements. */
async function compare(element: Element, texts: readonly string[], directory: string): Promise<Answer> {
  const file = join(directory, 'texts.jsonl');
  writeFileSync(file, texts.map((v, i) => JSON.stringify({ i, v })).join('\n'));
  const checks = element.checks.map((check) => `toUInt8(${check.failsSql('n')})`).join(', ');
  const startedAt = performance.now();
  const result = await queryAsync(
    `SELECT n, [${checks}]::Array(UInt8), toString(${element.parseSql('n')})
     FROM (SELECT i, ${element.normaliseSql('v')} AS n FROM file('${file}', 'JSONEachRow', 'i UInt32, v String')) ORDER BY i`,
    { format: 'JSONCompactEachRow' },
  );
  const secondsOfSql = (performance.now() - startedAt) / 1000;
  const rows = result.text().split('\n');
  const begun = performance.now();
  const ours = texts.map((text): [string, boolean[], unknown] => {
    const normalised = element.normalise(text);
    return [normalised, element.checks.map((check) => check.fails(normalised)), element.parse(normalised)];
  });
  const secondsOfTypeScript = (performance.now() - begun) / 1000;
  const differences = ours.filter(([normalised, verdicts, value], i) => {
    const [theirs, failed, parsed] = JSON.parse(rows[i] ?? '[]') as [string, number[], string | null];
    return (
      theirs !== normalised ||
      verdicts.some((fails, k) => fails !== (failed[k] === 1)) ||
      !isSame(parsed, value)
    );
  }).length;
  return { values: texts.length, differences, secondsOfTypeScript, secondsOfSql };
}

function isSame(sql: string | null, value: unknown): boolean {
  if (sql === null || value === null || value === undefined) return sql === (value ?? null);
  if (typeof value === 'number') return Number(sql) === value;
  return sql === value || (typeof value === 'string' && sql === value.replace('T', ' ').replace('Z', ''));
}

export const bench: Bench = {
  name: 'elements',
  summary:
    'data elements in TypeScript and ClickHouse over 5 million generated values: speed, and no difference',
  run: async ({ scale, seed, home, say }) => {
    mkdirSync(home, { recursive: true });
    const names = Object.keys(elements) as ElementName[];
    const each = Math.ceil((VALUES * scale) / names.length);
    const byElement: Record<string, { values: number; differences: number; ts: number; sql: number }> = {};
    const total = { values: 0, differences: 0, ts: 0, sql: 0 };
    for (const name of names) {
      const drawn = textsFor(name, Math.min(DRAWN, each)).filter((text) => [...text].length <= 200);
      const next = random(seed);
      const sum: Answer = { values: 0, differences: 0, secondsOfTypeScript: 0, secondsOfSql: 0 };
      while (sum.values < each) {
        const texts = slips(drawn, Math.min(BATCH, each - sum.values), next);
        const part = await compare(elementNamed(name), texts, home);
        sum.values += part.values;
        sum.differences += part.differences;
        sum.secondsOfTypeScript += part.secondsOfTypeScript;
        sum.secondsOfSql += part.secondsOfSql;
      }
      byElement[name] = {
        values: sum.values,
        differences: sum.differences,
        ts: Math.round(sum.values / sum.secondsOfTypeScript),
        sql: Math.round(sum.values / sum.secondsOfSql),
      };
      total.values += sum.values;
      total.differences += sum.differences;
      total.ts += sum.secondsOfTypeScript;
      total.sql += sum.secondsOfSql;
      say(`${name}: ${sum.values} values, ${sum.differences} differences`);
    }
    return {
      ours: {
        values: total.values,
        differences: total.differences,
        sql_values_per_second: Math.round(total.values / total.sql),
        elements: byElement,
      },
      peer: {
        name: 'the same elements in TypeScript',
        values_per_second: Math.round(total.values / total.ts),
      },
      ratio: rounded(total.ts / total.sql),
      ok: total.differences === 0,
    };
  },
};
