/** Linking day by day, what changed alone, gives what linking everything at once gives. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { link } from '../../pipelines/linkage/link.ts';
import { relink } from '../../pipelines/linkage/relink.ts';
import { personSpecification } from '../../pipelines/linkage/persons/specification.ts';
import type { Specification } from '../../pipelines/linkage/specification.ts';
import type { WeighedPair } from '../../pipelines/linkage/weights.ts';
import type { Clusters } from '../../pipelines/linkage/clusters.ts';
import { type TestPlatform, testPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(() => platform.close());

/** Our own rules, with as many blocks as a test needs. */
const { blocks, ...rules } = personSpecification(400);
const RULES: Specification = {
  ...rules,
  blocks: blocks.filter(({ name }) => ['name_birth', 'phone', 'application'].includes(name)),
};

/** Everything a linkage says, by the records' names: their numbers are nobody's business. */
function told({ edges, clusters }: { edges: WeighedPair[]; clusters: Clusters }) {
  const names = new Map(
    edges.flatMap(({ l, r, lRecord, rRecord }) => [[l, lRecord] as const, [r, rRecord] as const]),
  );
  return {
    edges: edges
      .map(({ lRecord, rRecord, vector, weight }) => `${lRecord} ${rRecord} ${vector} ${weight.toFixed(6)}`)
      .toSorted(),
    clusters: [...clusters.members.values()]
      .map((ids) =>
        ids
          .map((id) => names.get(id))
          .toSorted()
          .join(),
      )
      .toSorted(),
  };
}

/** `people` with a number each, and records without one of every third of them; what `day` changes follows from the day alone. */
const recordsOf = (people: number, day: number): string => `
  SELECT record, toUInt8(open) AS side, if(open, '', concat('p', toString(person))) AS anchor,
    concat(substringUTF8('王李张刘陈', 1 + person % 5, 1), substringUTF8('伟强芳娜静丽', 1 + intDiv(person, 5) % 6, 1), substringUTF8('明华国建', 1 + intDiv(person, 30) % 4, 1)) AS person_name,
    if(open, if(person % 2 = 0, '', concat('4399011980', leftPad(toString(person * 13 + 1), 8, '0'))), concat('4399011980', leftPad(toString(person * 13), 8, '0'))) AS number_written,
    toString(toDate('1950-01-01') + person * 37 % 20000) AS birth_date, toString(1 + person % 2) AS sex_code,
    if(sipHash64(record, ${day}) % 120 = 0, concat('154', leftPad(toString(${day}), 8, '0')), concat('154', leftPad(toString(person), 8, '0'))) AS phone,
    '' AS employer, '' AS address, concat('SQ', toString(intDiv(person, 3))) AS application_no, '' AS register_no
  FROM (
    SELECT number AS person, 0 AS open, concat('known', toString(number)) AS record FROM numbers(${people})
    UNION ALL SELECT number * 3, 1, concat('open', toString(number)) FROM numbers(intDiv(${people}, 3))
  )
  WHERE sipHash64(record, 'gone') % 120 != ${day}`;

const sameOnDay = async (specification: Specification, people: number, day: number) => {
  const records = recordsOf(people, day);
  const byDays = await relink(platform.warehouse, { name: 'days', records, specification });
  const atOnce = await link(platform.warehouse, { name: 'at_once', records, specification });
  expect(told(byDays)).toEqual(told(atOnce));
  return byDays;
};

test('by days as at once: new, changed and gone records, over several days', async () => {
  const first = await sameOnDay(RULES, 300, 0);
  expect(first.isWhole).toBe(true);
  expect(first.edges.length).toBeGreaterThan(60);
  for (const day of [1, 2]) {
    const next = await sameOnDay(RULES, 300 + day * 2, day);
    expect(next.isWhole).toBe(false);
    expect(next.changed).toBeGreaterThan(4);
    expect(next.changed).toBeLessThan(first.changed / 5);
  }
  // Nothing changed, nothing compared.
  const still = await sameOnDay(RULES, 304, 2);
  expect(still).toMatchObject({ isWhole: false, changed: 0, pairs: 0 });
});

test('a block that passes the limit, other rules or too much change begin anew, with the same result', async () => {
  const specification = { ...RULES, maxBlockPairs: 3 };
  await sameOnDay(specification, 300, 0);
  expect((await sameOnDay(specification, 340, 1)).isWhole).toBe(true);
  expect((await sameOnDay({ ...specification, match: 0.95 }, 340, 1)).isWhole).toBe(true);
});
