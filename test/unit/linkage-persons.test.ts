import { describe, expect, test } from '@jest/globals';
import {
  type Decision,
  type NodePair,
  personNode,
  resolve,
} from '../../pipelines/linkage/persons/resolve.ts';
import { personSpecification } from '../../pipelines/linkage/persons/specification.ts';
import { nodePair } from '../../pipelines/linkage/persons/step.ts';
import { weightOf } from '../../pipelines/linkage/model.ts';

const RULES = { match: 6, lead: 3, author: 'persons 1' };
const ZHANG = personNode('aaaa');
const LI = personNode('bbbb');
const pair = (a: string, b: string, weight: number): NodePair => ({
  a,
  b,
  weight,
  evidence: [{ comparison: 'name', level: 'equal', weight }],
});
const nobody = new Map<string, string>();
const idsOf = (resolved: ReturnType<typeof resolve>): Record<string, string> =>
  Object.fromEntries([...resolved.assignments].map(([record, { entityId }]) => [record, entityId]));
const decision = (decisionId: number, a: string, b: string, verdict: Decision['verdict']): Decision => ({
  decisionId,
  a,
  b,
  verdict,
});

describe('who is who', () => {
  test('a record takes the id of the person it is clearly linked to; one in doubt waits for a person', () => {
    const resolved = resolve(
      [pair('r1', ZHANG, 12), pair('r1', LI, 7), pair('r2', ZHANG, 9), pair('r2', LI, 8), pair('r3', LI, 2)],
      [],
      nobody,
      RULES,
    );
    expect(idsOf(resolved)).toEqual({ r1: 'aaaa' });
    expect(resolved.reviews.map(({ a, b }) => [a, b])).toEqual([
      ['r2', ZHANG],
      ['r2', LI],
      ['r3', LI],
    ]);
    expect(resolved.events).toMatchObject([
      { kind: 'linked', fromId: '', toId: 'aaaa', records: ['r1'], author: 'persons 1' },
    ]);
  });

  test('a cluster never holds two numbers, whatever leads from one to the other', () => {
    const resolved = resolve(
      [pair('r1', ZHANG, 12), pair('r1', 'r2', 10), pair('r2', LI, 9)],
      [],
      nobody,
      RULES,
    );
    expect(idsOf(resolved)).toEqual({ r1: 'aaaa', r2: 'aaaa' });
    expect(resolved.reviews).toMatchObject([{ a: 'r2', b: LI }]);
  });

  test('people without a number keep their id when they are linked again, and when more is known', () => {
    const first = idsOf(resolve([pair('r2', 'r3', 9)], [], nobody, RULES));
    expect(first['r2']).toMatch(/^u[0-9a-f]{31}$/);
    expect(first['r3']).toBe(first['r2']);
    const before = new Map(Object.entries(first));
    const again = resolve([pair('r2', 'r3', 9), pair('r1', 'r2', 9)], [], before, RULES);
    expect(idsOf(again)).toEqual({ r1: first['r2'], r2: first['r2'], r3: first['r2'] });
    const known = resolve([pair('r2', 'r3', 9), pair('r2', ZHANG, 20)], [], before, RULES);
    expect(idsOf(known)).toEqual({ r2: 'aaaa', r3: 'aaaa' });
    expect(known.events).toMatchObject([
      { kind: 'merge', fromId: first['r2'], toId: 'aaaa', records: ['r2', 'r3'] },
    ]);
  });

  test('what people decide holds against the weights, is named in the event, and undone gives what was before', () => {
    const pairs = [pair('r1', ZHANG, 12), pair('r2', 'r3', 9)];
    const without = resolve(pairs, [], nobody, RULES);
    const before = new Map(Object.entries(idsOf(without)));
    const apart = resolve(
      pairs,
      [decision(4, 'r1', ZHANG, 'different'), decision(5, 'r2', LI, 'same')],
      before,
      RULES,
    );
    const ids = idsOf(apart);
    expect(ids['r1']).toMatch(/^u/);
    expect([ids['r2'], ids['r3']]).toEqual(['bbbb', 'bbbb']);
    expect(apart.events.map(({ kind, author }) => [kind, author])).toEqual([
      ['merge', 'decision 4'],
      ['merge', 'decision 5'],
    ]);
    expect(apart.assignments.get('r2')?.how).toBe('decided');
    expect(idsOf(resolve(pairs, [], new Map(Object.entries(ids)), RULES))['r1']).toBe('aaaa');
  });

  test('part of a person’s records going elsewhere is a split, and the rest keeps the id', () => {
    const before = new Map([
      ['r1', 'u0'],
      ['r2', 'u0'],
      ['r3', 'u0'],
    ]);
    const resolved = resolve([pair('r2', 'r3', 9), pair('r1', ZHANG, 20)], [], before, RULES);
    expect(idsOf(resolved)).toEqual({ r1: 'aaaa', r2: 'u0', r3: 'u0' });
    expect(resolved.events).toMatchObject([{ kind: 'split', fromId: 'u0', toId: 'aaaa' }]);
  });

  test('two numbers decided to be one person: the first named is kept', () => {
    const resolved = resolve([pair('r1', LI, 12)], [decision(1, ZHANG, LI, 'same')], nobody, RULES);
    expect(resolved.merged).toEqual(new Map([['bbbb', 'aaaa']]));
    expect(idsOf(resolved)).toEqual({ r1: 'aaaa' });
  });

  test('the order of pairs never matters', () => {
    const pairs = [
      pair('r1', ZHANG, 12),
      pair('r1', 'r2', 10),
      pair('r2', LI, 9),
      pair('r4', 'r5', 8),
      pair('r5', 'r6', 7),
    ];
    expect(resolve(pairs.toReversed(), [], nobody, RULES)).toEqual(resolve(pairs, [], nobody, RULES));
  });
});

test('names a character apart with one birthday wait for a person unless a number says so: twins share the rest', () => {
  const specification = personSpecification(1000);
  const { model, comparisons, match } = specification;
  if (!model) throw new Error('the rules of persons have chances');
  const weightAt = (levels: Record<string, string>): number => {
    const vector = comparisons.reduce((sum, { name, levels: known }, i) => {
      const at = known.findIndex((level) => level.name === levels[name]);
      return sum + (at < 0 ? 0n : BigInt(known.length - at + 1) << BigInt(4 * i));
    }, 0n);
    const edge = {
      ...{ l: 1, r: 2, weight: 40, vector: String(vector), lSide: 1, rSide: 0 },
      ...{ lRecord: 'r1', rRecord: 'r2', lAnchor: '', rAnchor: 'aaaa' },
    };
    return nodePair(edge, specification, model).weight;
  };
  const twin = { name: 'one character', birth: 'equal', phone: 'equal', register: 'same family' };
  expect(weightAt(twin)).toBeLessThan(weightOf(match));
  expect(weightAt({ ...twin, number: 'two digits' })).toBeLessThan(weightOf(match));
  expect(weightAt({ ...twin, number: 'one digit' })).toBe(40);
  expect(weightAt({ ...twin, name: 'equal' })).toBe(40);
  expect(weightAt({ ...twin, birth: 'one digit' })).toBe(40);
});
