/** What a rule says of two records follows from how their values agree. */
import { expect, test } from '@jest/globals';
import { checkPair, entityOf } from '../../pipelines/linkage/nodes.ts';
import { judge, type Rule } from '../../pipelines/linkage/rules/judge.ts';

const ADDRESS: Rule = {
  name: 'address',
  ...{ equal: ['room'], alike: ['building'], oneOf: [['road', 'number'], ['compound']] },
  agree: ['district', 'compound'],
};
const judged = (levels: Record<string, string>, rule = ADDRESS) =>
  judge(new Map(Object.entries(levels)), [rule])[0];

test.each([
  [{ room: 'equal', building: 'equal', compound: 'equal' }, []],
  [{ room: 'equal', building: 'neither says', compound: 'alias' }, []],
  [{ room: 'equal', building: 'equal', road: 'neither says', number: 'equal' }, []],
  [{ room: 'equal', building: 'equal', road: 'equal', number: 'neither says', compound: 'equal' }, []],
  [{ room: 'not known', building: 'not known', compound: 'equal' }, ['room not known', 'building not known']],
  [
    { room: 'equal', building: 'equal', road: 'equal', number: 'neither says', compound: 'not known' },
    ['number neither says', 'compound not known'],
  ],
  [{ room: 'equal', building: 'equal', compound: 'equal', district: 'different' }, ['district different']],
  [
    { room: 'equal', building: 'equal', road: 'equal', number: 'equal', compound: 'different' },
    ['compound different'],
  ],
])('%j', (levels, failed) => {
  const told = judged(levels);
  expect(told?.holds).toBe(failed.length === 0);
  expect(told?.failed.map(({ comparison, level }) => `${comparison} ${level}`)).toEqual(failed);
});

test('a level that is asked for by its name', () => {
  const rule: Rule = { name: 'name', equal: ['core'], is: { bearers: 'one' } };
  expect(judged({ core: 'equal', bearers: 'one' }, rule)?.holds).toBe(true);
  expect(judged({ core: 'equal', bearers: 'several' }, rule)?.failed).toEqual([
    { comparison: 'bearers', level: 'several' },
  ]);
});

test('what two are is said by the one that is known by itself', () => {
  expect(entityOf('operations.application:A1', 'household:A2')).toBe('household');
  expect(entityOf('house:H1', 'house:H2')).toBe('dwelling');
  expect(entityOf('operations.occupant:id_number:1', 'x')).toBe('person');
  expect(() => checkPair('household', 'operations.application:A1', 'operations.application:A2')).toThrow(
    'no pair of a household',
  );
  expect(() => checkPair('household', 'operations.application:A1', 'house:H1')).toThrow('no pair');
});
