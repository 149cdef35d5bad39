import { describe, expect, test } from '@jest/globals';
import { readThroughOpenViews, withoutLiterals } from '../../warehouse/policy/lexer.ts';

describe('names an analyst knows', () => {
  test.each([
    ['SELECT * FROM base.person', 'SELECT * FROM open_base.person'],
    [
      'select * from mart_supply.dwelling d join base.division v using (x)',
      'select * from open_mart_supply.dwelling d join open_base.division v using (x)',
    ],
    ['SELECT * FROM base . person', 'SELECT * FROM open_base . person'],
    ['SELECT * FROM base/**/./* x */person', 'SELECT * FROM open_base/**/./* x */person'],
    ['SELECT * FROM base -- here\n.person', 'SELECT * FROM open_base -- here\n.person'],
    ['SELECT * FROM `base`.`person`', 'SELECT * FROM open_base.`person`'],
    ['SELECT * FROM "base"."person"', 'SELECT * FROM open_base."person"'],
    ['SELECT base.person.name FROM base.person', 'SELECT open_base.person.name FROM open_base.person'],
  ])('lead to the masked view: %s', (written, read) => {
    expect(readThroughOpenViews(written)).toBe(read);
  });

  test.each([
    "SELECT 'base.person', $$base.person$$, $a$ base.person $a$",
    "SELECT 'it''s base.person', 'a\\'base.person'",
    '-- base.person\nSELECT 1 /* base.person */',
    'SELECT base FROM meta.batch',
    'SELECT t.base.x FROM meta.batch t',
    'SELECT rebase.x, base_x.y, databases.z FROM meta.batch',
    'SELECT * FROM raw.base',
    'SELECT "a""base.person", `a``base.person`',
  ])('are left alone elsewhere: %s', (written) => {
    expect(readThroughOpenViews(written)).toBe(written);
  });

  test.each([
    "SELECT 'open",
    'SELECT `open',
    'SELECT /* open',
    'SELECT $$open',
    '',
    '\0',
    '𝕏 ﹣ ＇base.person',
  ])('keep every character of what cannot be read: %j', (written) => {
    expect(readThroughOpenViews(written).replaceAll('open_base', 'base')).toBe(written);
  });
});

describe('what a log keeps of a statement', () => {
  test('is neither text nor long numbers nor comments', () => {
    const kept = withoutLiterals(
      "SELECT name /* 张三 */ FROM base.person -- 13800001111\nWHERE id_number = '430102199001011234' AND phone = 13800001111 AND n = 5 AND x = $$李四$$ AND y = 'it''s'",
    );
    expect(kept).toBe(
      "SELECT name FROM base.person WHERE id_number = '…' AND phone = … AND n = 5 AND x = '…' AND y = '…'",
    );
  });

  test('stays short and flat whatever comes', () => {
    expect(withoutLiterals("SELECT\n\t'" + 'x'.repeat(100_000) + "'")).toBe("SELECT '…'");
    expect(withoutLiterals("SELECT 'never closed 张三")).not.toContain('\n');
  });
});
