import { describe, expect, test } from '@jest/globals';
import { engineError, withholdValues } from '../../warehouse/engine/errors.ts';
import { parameterText } from '../../warehouse/engine/parameters.ts';
import { identifier, literal, tableName } from '../../warehouse/engine/sql.ts';
import { splitStatements } from '../../warehouse/migrate.ts';

describe('quoting', () => {
  test('names and literals cannot be left', () => {
    expect(identifier('a`b\\')).toBe('`a\\`b\\\\`');
    expect(tableName('mart', '合同')).toBe('`mart`.`合同`');
    expect(literal("it's \\")).toBe("'it\\'s \\\\'");
    expect(() => identifier('')).toThrow('must not be empty');
    expect(() => literal('a\0')).toThrow('NUL');
  });
});

describe('parameterText', () => {
  test.each<[unknown, string]>([
    [null, '\\N'],
    ['a\tb\\', 'a\\tb\\\\'],
    [5, '5'],
    [2n ** 64n, '18446744073709551616'],
    [true, 'true'],
    [["a'b", 1, null, ['x']], "['a\\'b',1,NULL,['x']]"],
    [new Map([['k', 1]]), "{'k':1}"],
  ])('%p', (value, text) => {
    expect(parameterText('p', value)).toBe(text);
  });

  test.each([NaN, Infinity, 2 ** 60, new Date(0), { a: 1 }, Symbol('x')])('%p has no exact form', (value) => {
    expect(() => parameterText('p', value)).toThrow('no exact text form');
  });
});

describe('engine errors', () => {
  const context = { queryId: 'q1', tag: 'landing.load' };

  test('keep the sentence and the names, withhold values', () => {
    const text =
      "Code: 6. DB::Exception: Cannot parse string '张三 110101199003078515' as Int64: syntax error: In scope SELECT toInt64('张三')";
    expect(withholdValues(text)).not.toMatch(/张三|1101/);
    expect(
      withholdValues('Code: 47. DB::Exception: Unknown expression identifier `nocol` in scope SELECT 1'),
    ).toBe('Unknown expression identifier `nocol` …');
    expect(withholdValues("To execute this query, it's necessary to have the grant READ ON FILE.")).toContain(
      'READ ON FILE',
    );
  });

  test('tell what was asked too much from what was asked wrongly', () => {
    const limit = engineError(
      new Error('Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED)'),
      context,
    );
    expect(limit).toMatchObject({ code: 'resource_limit', retriable: true, where: context });
    expect(engineError(new Error('x (UNKNOWN_TABLE)'), context)).toMatchObject({ code: 'sql_failed' });
    expect(engineError(new Error('x (ACCESS_DENIED)'), context)).toMatchObject({ code: 'sql_rejected' });
  });
});

test('migrations split at semicolons that end a line', () => {
  expect(splitStatements("-- a; b\nCREATE x;\nSELECT ';' , 1\n  -- c\n;  \n\nSELECT 2")).toEqual([
    'CREATE x',
    "SELECT ';' , 1",
    'SELECT 2',
  ]);
});
