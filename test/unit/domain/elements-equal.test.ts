/** Every element's TypeScript and its ClickHouse SQL say the same of the same text: normal form, verdict of each check, value. */
import { describe, expect, test } from '@jest/globals';
import {
  elements,
  elementNamed,
  withCalendar,
  withUnit,
  type ElementName,
} from '../../../domain/elements/index.ts';
import { checkElement, type Element } from '../../../domain/element.ts';
import { overTexts } from './engine.ts';
import { LONG_TEXTS, textsFor } from './generators.ts';

const COUNT = 5_000;

/** Lazy evaluation may hide an expression that throws on rows of another branch; no element may rely on it. */
const EVALUATION = ['enable', 'disable', 'force_enable'] as const;

const sameValue = (sql: unknown, ts: unknown): boolean => {
  if (sql === null || ts === null) return sql === ts;
  if (typeof ts === 'number') return Number(sql) === ts;
  return sql === ts || (typeof ts === 'string' && sql === ts.replace('T', ' ').replace('Z', ''));
};

interface Difference {
  text: string;
  what: string;
  sql: unknown;
  ts: unknown;
}

async function differences(
  element: Element,
  texts: string[],
  lazy: (typeof EVALUATION)[number] = 'enable',
): Promise<Difference[]> {
  const checks = element.checks.map((check) => `toUInt8(${check.failsSql('n')})`).join(', ');
  const rows = await overTexts(
    texts,
    `n, [${checks}]::Array(UInt8), toString(${element.parseSql('n')}), toTypeName(${element.parseSql('n')})`,
    (source) => `(SELECT i, ${element.normaliseSql('v')} AS n FROM ${source})`,
    `short_circuit_function_evaluation = '${lazy}'`,
  );
  expect(rows).toHaveLength(texts.length);
  return texts.flatMap((text, i): Difference[] => {
    const [normalised, verdicts, value, type] = rows[i] ?? [];
    const ours = element.normalise(text);
    const found: [string, unknown, unknown, boolean][] = [
      ['normalised', normalised, ours, normalised === ours],
      ...element.checks.map((check, k): [string, unknown, unknown, boolean] => {
        const [theirs, mine] = [(verdicts as number[])[k] === 1, check.fails(ours)];
        return [check.rule, theirs, mine, theirs === mine];
      }),
      ['value', value, element.parse(ours), sameValue(value, element.parse(ours))],
      ['type', type, element.type, type === element.type],
    ];
    return found
      .filter(([, , , same]) => !same)
      .map(([what, sql, ts]) => ({ text: JSON.stringify(text), what, sql, ts }));
  });
}

describe.each(Object.keys(elements) as ElementName[])('%s', (name) => {
  test.each(EVALUATION)('is the same in TypeScript and in ClickHouse (lazy evaluation: %s)', async (lazy) => {
    expect((await differences(elementNamed(name), textsFor(name, COUNT), lazy)).slice(0, 5)).toEqual([]);
  });

  test('normalising twice changes nothing more', () => {
    const element = elementNamed(name);
    // Taking a blank away can bring an accent next to its letter; such texts settle in the second round.
    const plain = textsFor(name, 2_000).filter((text) => !/\p{M}/u.test(text));
    const unstable = plain.filter((text) => {
      const once = element.normalise(text);
      return checkElement(element, text) === null && element.normalise(once) !== once;
    });
    expect(unstable.slice(0, 5)).toEqual([]);
  });

  test('a value without a defect can be read', () => {
    const element = elementNamed(name);
    const unread = textsFor(name, 2_000).filter((text) => {
      const normalised = element.normalise(text);
      return normalised !== '' && checkElement(element, text) === null && element.parse(normalised) === null;
    });
    expect(unread.slice(0, 5)).toEqual([]);
  });

  test('no text makes it throw, however long or broken', () => {
    const element = elementNamed(name);
    for (const text of [...LONG_TEXTS, '\ud800', 'a\udfff1', '\uffff']) {
      expect(() => element.parse(element.normalise(text))).not.toThrow();
    }
  });
});

test('money in 万元 is the same in TypeScript and in ClickHouse', async () => {
  const element = withUnit(elements.money, 'wan_yuan') as Element;
  expect((await differences(element, textsFor('money', COUNT))).slice(0, 5)).toEqual([]);
});

test.each(['date', 'month', 'timestamp'] as const)('%s in other calendars is the same too', async (name) => {
  const texts = textsFor(name, 1000);
  const written = texts.flatMap((text) => [
    text,
    text.replace(/^[0-9]{4}/, (year) => String(Number(year) - 1911)),
    text.replace(/^([0-9]{4})([-/.])([0-9]{1,2})[-/.]([0-9]{1,2})/, '$4$2$3$2$1'),
  ]);
  for (const calendar of ['roc', 'day_first'] as const) {
    const element = withCalendar(elementNamed(name), calendar);
    expect((await differences(element, written)).slice(0, 5)).toEqual([]);
  }
});

test('bytes that are no UTF-8 stop no element', async () => {
  const bytes = `arrayStringConcat(arrayMap(k -> char(cityHash64(i, k) % 256), range(20)))`;
  for (const element of Object.values(elements) as Element[]) {
    const failed = element.checks.map((check) => check.failsSql('n')).join(', ');
    const rows = await overTexts(
      Array.from({ length: 500 }, () => ''),
      `isValidUTF8(n), ignore(${[element.parseSql('n'), ...(failed ? [failed] : [])].join(', ')})`,
      (source) =>
        `(SELECT i, ${element.normaliseSql('b')} AS n FROM (SELECT i, ${bytes} AS b FROM ${source}))`,
    );
    expect(rows).toEqual(Array.from({ length: 500 }, () => [1, 0]));
  }
});
