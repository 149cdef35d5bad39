/** The screens' own calculations: no browser needed. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Division } from '../../dashboards/src/api/types.ts';
import { axisLabel, movement, say } from '../../dashboards/src/format.ts';
import { CITY, DivisionTree } from '../../dashboards/src/screen/divisions.ts';
import { overviewRequests } from '../../dashboards/src/screen/overview.ts';
import { cellsOf, classLimits, classOf, outline, tileMap } from '../../dashboards/src/screen/tiles.ts';
import { contrast, type Palette, palettes, textOn } from '../../dashboards/src/theme.ts';
import { divisions } from '../support/ui-fixture-city.ts';

const tree = new DivisionTree(divisions);
const division = (code: string, tileX: number | null, tileY: number | null): Division => ({
  code,
  name: code,
  level: 'street',
  parentCode: '1',
  tileX,
  tileY,
  population: null,
});

const grid = fc.uniqueArray(fc.record({ x: fc.nat(7), y: fc.nat(7) }), {
  minLength: 1,
  maxLength: 30,
  selector: ({ x, y }) => x * 8 + y,
});

/** Twice the signed area of a ring, by the shoelace formula. */
const area2 = (ring: [number, number][]) =>
  ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0);

describe('tiles', () => {
  test('an outline is closed and encloses exactly its cells', () => {
    const one = area2(outline([{ x: 0, y: 0 }])[0]!);
    fc.assert(
      fc.property(grid, (cells) => {
        const rings = outline(cells);
        for (const ring of rings) expect(ring.at(-1)).toEqual(ring[0]);
        // Rings around holes run the other way round, so signed areas add up to the cells.
        expect(rings.reduce((sum, ring) => sum + area2(ring), 0)).toBeCloseTo(one * cells.length, 6);
      }),
    );
  });

  test('a district is the union of its streets; communities are tiles of their own', () => {
    const districts = tree.childrenOf(CITY);
    const map = tileMap(districts, ({ code }) => tree.childrenOf({ level: 'district', code }));
    expect(map.features.map((feature) => feature.id)).toEqual(districts.map(({ code }) => code));
    const streets = tileMap(tree.childrenOf({ level: 'district', code: '439901' }), () => []);
    expect(streets.features).toHaveLength(6);
    for (const feature of streets.features) expect(feature.geometry.coordinates[0]![0]).toHaveLength(7);
  });

  test('divisions without a place, or two on one, still get a cell each', () => {
    const cells = cellsOf([division('a', 1, 1), division('b', 1, 1), division('c', null, null)]);
    expect(new Set([...cells.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(3);
  });

  test('classes keep the order of the values and use the whole ramp', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          const limits = classLimits(values);
          const classes = [...values].sort((a, b) => a - b).map((value) => classOf(value, limits));
          expect(classes).toEqual([...classes].sort((a, b) => a - b));
          expect(classes.every((at) => Number.isInteger(at) && at >= 0 && at <= 4)).toBe(true);
          if (limits.length > 1) expect(classes.at(-1)).toBe(4);
        },
      ),
    );
  });
});

describe('one batch', () => {
  test.each([
    ['the city', CITY],
    ['a district', tree.focusOn('439901')],
    ['a street', tree.focusOn('439901002')],
    ['a community', tree.focusOn('439901002003')],
  ])('of %s asks each thing once, inside the focus', (_name, focus) => {
    const requests = overviewRequests(focus);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(requests.length);
    const places = requests.map(({ filters }) => filters?.[focus.level]);
    if (focus.level === 'city') expect(requests.every(({ filters }) => filters === undefined)).toBe(true);
    else if (focus.level !== 'community') expect(new Set(places)).toEqual(new Set([focus.code]));
    else
      expect(requests.find(({ id }) => id === 'map.vacancy_rate')?.filters).toEqual({ street: '439901002' });
  });

  test('an address that names nothing is the city', () => {
    expect(tree.focusOn('000000')).toBe(CITY);
    expect(tree.focusOn('439900')).toBe(CITY);
    expect(tree.path(tree.focusOn('439901002003')).map(({ code }) => code)).toEqual([
      '439901',
      '439901002',
      '439901002003',
    ]);
  });
});

describe('numbers', () => {
  test('carry their unit', () => {
    expect(say(0.0953, 'ratio', 'zh')).toBe('9.5%');
    expect(say(123_456_789, 'yuan', 'zh')).toBe('1.23 亿元');
    expect(say(56_789, 'yuan', 'zh')).toBe('5.7 万元');
    expect(say(618.4, 'yuan', 'zh')).toBe('618.40 元');
    expect(say(1_500_000, 'yuan', 'en')).toBe('1.50 M yuan');
    expect(say(null, 'count', 'zh')).toBe('—');
    expect(say(0, 'household', 'zh')).toBe('0 户');
    expect(axisLabel(15_000, 'zh')).toBe('1.5万');
  });

  test('move in points where they are rates, in percent otherwise, and not at all from nothing', () => {
    expect(movement(0.12, 0.1, 'ratio')?.amount).toBeCloseTo(2);
    expect(movement(110, 100, 'count')).toEqual({ amount: 10, points: false });
    expect(movement(5, 0, 'count')).toBeNull();
    expect(movement(5, null, 'count')).toBeNull();
  });
});

describe('colours', () => {
  test('contrast is the standard’s', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  test.each(Object.entries(palettes))('%s: text reads at 4.5:1, marks at 3:1', (_name, palette: Palette) => {
    for (const ground of [palette.bg, palette.panel, palette.panelHead, palette.tip]) {
      for (const text of [
        palette.text,
        palette.muted,
        palette.main,
        palette.red,
        palette.orange,
        palette.green,
      ]) {
        expect([text, ground, contrast(text, ground) >= 4.5]).toEqual([text, ground, true]);
      }
    }
    for (const mark of [palette.main, palette.accent, ...palette.categories]) {
      expect([mark, contrast(mark, palette.panel) >= 3]).toEqual([mark, true]);
    }
    for (const fill of [...palette.rampBad, ...palette.rampGood]) {
      expect([fill, contrast(textOn(fill), fill) >= 4.5]).toEqual([fill, true]);
    }
  });
});
