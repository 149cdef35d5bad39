import { describe, expect, test } from '@jest/globals';
import { columnInputs } from '../../pipelines/lineage/columns.ts';
import { parseQueryTree } from '../../pipelines/lineage/query-tree.ts';
import { rowTies } from '../../pipelines/lineage/row-ties.ts';

/** As the engine prints `SELECT s.a AS id, concat(s.b, 'x, y\n') AS z, max(u.d) AS m FROM t AS s LEFT JOIN u ON s.a = u.a WHERE s.c > 1 GROUP BY …`. */
const printed = `QUERY id: 0
  PROJECTION COLUMNS
    id UInt32
    z String
    m String
  PROJECTION
    LIST id: 1, nodes: 3
      COLUMN id: 2, column_name: a, result_type: UInt32, source_id: 3
      FUNCTION id: 4, function_name: concat, function_type: ordinary, result_type: String
        ARGUMENTS
          LIST id: 5, nodes: 2
            COLUMN id: 6, column_name: b, result_type: String, source_id: 3
            CONSTANT id: 7, constant_value: 'x, y
  COLUMN id: 99, column_name: fake, result_type: String, source_id: 3', constant_value_type: String
      FUNCTION id: 8, function_name: max, function_type: aggregate, result_type: String
        ARGUMENTS
          LIST id: 9, nodes: 1
            COLUMN id: 10, column_name: d, result_type: String, source_id: 11
  JOIN TREE
    JOIN id: 12, strictness: ALL, kind: LEFT
      LEFT TABLE EXPRESSION
        TABLE id: 3, alias: __table1, table_name: base.t
      RIGHT TABLE EXPRESSION
        TABLE id: 11, alias: __table2, table_name: base.u
      JOIN EXPRESSION
        FUNCTION id: 13, function_name: equals, function_type: ordinary, result_type: UInt8
          ARGUMENTS
            LIST id: 14, nodes: 2
              COLUMN id: 15, column_name: a, result_type: UInt32, source_id: 3
              COLUMN id: 16, column_name: a, result_type: UInt32, source_id: 11
  WHERE
    FUNCTION id: 17, function_name: greater, function_type: ordinary, result_type: UInt8
      ARGUMENTS
        LIST id: 18, nodes: 2
          COLUMN id: 19, column_name: c, result_type: UInt8, source_id: 3
          CONSTANT id: 20, constant_value: UInt64_1, constant_value_type: UInt8`;
const tree = parseQueryTree(printed.split('\n'));

describe("the engine's query tree", () => {
  test('says what each column is made of; a constant with line breaks is one constant', () => {
    const inputs = columnInputs(tree).map(
      (one) => `${one.column} ${one.relation}.${one.relationColumn} ${one.how}`,
    );
    expect(inputs.toSorted()).toEqual([
      '* base.t.a join',
      '* base.t.c filter',
      '* base.u.a join',
      'id base.t.a identity',
      'm base.u.d aggregation',
      'z base.t.b transformation',
    ]);
  });

  test('ties a row to the rows it was made from, over the join in the direction it binds', () => {
    const [t, u] = rowTies(tree);
    expect([t?.relation, t?.ties, t?.through]).toEqual([
      'base.t',
      [
        { expression: '`a`', column: 'id' },
        {
          expression:
            "concat(`b`, 'x, y\n  COLUMN id: 99, column_name: fake, result_type: String, source_id: 3')",
          column: 'z',
        },
      ],
      undefined,
    ]);
    expect(u?.ties).toEqual([{ expression: '`a`', column: 'id' }]);
    expect(u?.through?.table.relation).toBe('base.t');
  });

  test('an empty answer is our mistake and said so', () => {
    expect(() => parseQueryTree([])).toThrow('empty tree');
  });
});
