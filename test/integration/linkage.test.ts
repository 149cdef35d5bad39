/** Linkage on the real engine: levels, blocks, weights and clusters over a small list with every kind of error. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { link } from '../../pipelines/linkage/link.ts';
import { type SpecificationInput, specificationSchema } from '../../pipelines/linkage/specification.ts';
import { columnSql, levelsIn, vectorSql } from '../../pipelines/linkage/sql-of.ts';
import { writeClusters } from '../../pipelines/linkage/write-clusters.ts';
import { type TestPlatform, testPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(() => platform.close());

const RECORDS = `
  SELECT c1 AS record, toUInt8(1) AS side, c2 AS name, c3 AS birth, c4 AS phone FROM VALUES(
    ('a1', '张大明', '1980-02-03', '13900000001'), ('a2', '張大明', '1980-02-03', '13900000001'), ('a3', '张明大', '1980-02-03', ''),
    ('b1', '阿依古丽·买买提', '1991-05-06', '13900000002'), ('b2', '阿依古丽买买提', '1991-06-05', '13900000002'),
    ('c1', '李四', '1975-01-01', '13900000003'), ('d1', '李四', '1999-12-31', '13900000004'))
  UNION ALL SELECT concat('x', toString(number)), 1, concat('王', char(0xE4, 0xB8, 0x80 + number % 64)),
    toString(toDate('1950-01-01') + number * 97), concat('138', leftPad(toString(number * 7919), 8, '0')) FROM numbers(300)`;

const input: SpecificationInput = {
  columns: [
    { name: 'name', from: ['name'], normalise: ['trim', 'letters', { groups: ['张張'] }] },
    { name: 'birth', from: ['birth'], normalise: ['date'] },
    { name: 'phone', from: ['phone'], normalise: ['digits'] },
  ],
  comparisons: [
    {
      name: 'name',
      column: 'name',
      levels: [
        { name: 'equal', when: [{ test: 'equal' }] },
        { name: 'transposed', when: [{ test: 'same_characters' }] },
        { name: 'one character', when: [{ test: 'edit', atMost: 1 }] },
      ],
      termFrequency: true,
    },
    {
      name: 'birth',
      column: 'birth',
      levels: [
        { name: 'equal', when: [{ test: 'equal' }] },
        { name: 'day and month', when: [{ test: 'day_month_swapped' }] },
        { name: 'year', when: [{ test: 'year_off', atMost: 1 }] },
        { name: 'digit', when: [{ test: 'digits_off', atMost: 1 }] },
      ],
    },
    { name: 'phone', column: 'phone', levels: [{ name: 'equal', when: [{ test: 'equal' }] }] },
  ],
  blocks: [
    { name: 'birth', on: [{ column: 'birth' }] },
    { name: 'phone', on: [{ column: 'phone' }] },
    { name: 'name', on: [{ column: 'name' }] },
  ],
  model: {
    prior: 0.001,
    matching: { name: [0.05, 0.1, 0.05, 0.8], birth: [0.02, 0.02, 0.02, 0.04, 0.9], phone: [0.3, 0.7] },
    other: {
      name: [0.95, 0.01, 0.02, 0.02],
      birth: [0.9969, 0.001, 0.001, 0.001, 0.0001],
      phone: [0.9999, 0.0001],
    },
  },
};

const linkNames = async (given: SpecificationInput, records = RECORDS): Promise<string[][]> => {
  const linked = await link(platform.warehouse, {
    name: 'test',
    records,
    specification: specificationSchema.parse(given),
  });
  const clusters = await writeClusters(platform, 'test', linked);
  const rows = await platform.warehouse.rows(
    `SELECT arraySort(groupArray(record)) AS names FROM ${linked.tables.record} AS r INNER JOIN ${clusters} AS c ON r.id = c.id
     GROUP BY cluster ORDER BY names`,
    z.object({ names: z.array(z.string()) }),
  );
  return rows.map((row) => row.names);
};

describe('linkage', () => {
  test('variants, transposed names, dots and swapped days belong together; people of one name do not', async () => {
    expect(await linkNames(input)).toEqual([
      ['a1', 'a2', 'a3'],
      ['b1', 'b2'],
    ]);
  });

  test('anchored: two records known apart are never compared, and one joins the better of them', async () => {
    const records = `SELECT * REPLACE (toUInt8(record NOT IN ('a1', 'a3')) AS side), if(side = 0, record, '') AS anchor FROM (${RECORDS})`;
    expect(await linkNames({ ...input, pairs: 'anchored' }, records)).toEqual([
      ['a1', 'a2'],
      ['b1', 'b2'],
    ]);
  });

  test('pairs are counted before they are made: too many are refused, a block too large is left out', async () => {
    await expect(linkNames({ ...input, maxPairs: 2 })).rejects.toMatchObject({ code: 'resource_limit' });
    const specification = specificationSchema.parse({ ...input, maxBlockPairs: 1 });
    const { blocks } = await link(platform.warehouse, { name: 'test', records: RECORDS, specification });
    expect(blocks[0]).toEqual({ block: 'birth', pairs: 0, leftOut: 1, pairsLeftOut: 3 });
    // What the large block would have given, later blocks still give.
    expect(await linkNames({ ...input, maxBlockPairs: 1 })).toContainEqual(['a1', 'a2']);
  });

  test('a level is the first whose test holds', async () => {
    const { comparisons } = specificationSchema.parse(input);
    const pairs: [string, string, number[]][] = [
      ['张三|19800203|1', '张三|19800203|1', [4, 5, 2]],
      ['张三丰|19800203|1', '张丰三|19800302|2', [3, 4, 1]],
      ['张三丰|19800203|', '张三|19810203|2', [2, 3, 0]],
      ['张三丰||1', '李四|19810203|1', [1, 0, 2]],
      ['张三丰|19800203|1', '李四|19800213|1', [1, 2, 2]],
    ];
    const record = (text: string): string => {
      const [name, birth, phone] = text.split('|');
      return `(SELECT '${name}' AS name, '${birth}' AS birth, '${phone}' AS phone)`;
    };
    for (const [l, r, levels] of pairs) {
      const vector = await platform.warehouse.value(
        `SELECT toString(${vectorSql(comparisons)}) FROM ${record(l)} AS l CROSS JOIN ${record(r)} AS r`,
        z.string(),
      );
      expect(levelsIn(vector, 3)).toEqual(levels);
    }
  });

  test('columns are normalised as they say, hostile text too', async () => {
    const { columns } = specificationSchema.parse({
      ...input,
      columns: [...input.columns, { name: 'sorted', from: ['name'], normalise: ['sorted_characters'] }],
    });
    const [name, birth, phone, sorted] = columns.map(columnSql);
    const [row] = await platform.warehouse.rows(
      `SELECT ${name} AS a, ${birth} AS b, ${phone} AS c, ${sorted} AS d FROM (SELECT ' 張·三''\\\\ ' AS name, '1980年02月03日' AS birth, '+86 139-1' AS phone)`,
      z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string() }),
    );
    expect(row).toMatchObject({ a: '张三', b: '19800203', c: '861391' });
    expect(row?.d).toHaveLength(7);
  });
});
