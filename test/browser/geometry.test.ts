import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { clickUntil, query, textAt, useBench } from './support.ts';

const bench = useBench();
const districts = {
  439901: '安澜区',
  439902: '清和区',
  439903: '临江区',
  439904: '东屏区',
  439905: '北辰区',
};

/** Texts cut off by their own box, or drawn outside of their chart. Names that may be cut (with a title) are left out. */
const cutTexts = (page: Page) =>
  page.evaluate(() => {
    const cut: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('.stage *:not(svg *)')) {
      if (element.matches('.ticker li span, .map-keys *, .hidden-label, .flip *, .flip')) continue;
      const own = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      );
      if (!own) continue;
      const box = element.closest('.panel, .kpi, .head, .ticker, .tabs button')?.getBoundingClientRect();
      const at = element.getBoundingClientRect();
      const outside =
        box && (at.right > box.right + 1 || at.left < box.left - 1 || at.bottom > box.bottom + 1);
      if (outside || (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)) {
        cut.push(`${element.className || element.tagName}: ${element.textContent}`);
      }
    }
    for (const text of document.querySelectorAll('.chart svg text')) {
      const at = text.getBoundingClientRect();
      const chart = text.closest('.chart')!.getBoundingClientRect();
      if (
        at.left < chart.left - 2 ||
        at.right > chart.right + 2 ||
        at.top < chart.top - 2 ||
        at.bottom > chart.bottom + 2
      ) {
        cut.push(`chart: ${text.textContent}`);
      }
    }
    return cut;
  });

/** Pairs of panels that lie over each other. */
const overlaps = (page: Page) =>
  page.evaluate(() => {
    const boxes = [...document.querySelectorAll('.panel, .kpi, .head, .ticker')].map((element) => ({
      name: element.className + (element.getAttribute('data-panel') ?? ''),
      at: element.getBoundingClientRect(),
    }));
    return boxes.flatMap((one, i) =>
      boxes
        .slice(i + 1)
        .filter(
          ({ at }) =>
            at.left < one.at.right - 1 &&
            at.right > one.at.left + 1 &&
            at.top < one.at.bottom - 1 &&
            at.bottom > one.at.top + 1,
        )
        .map((other) => `${one.name} × ${other.name}`),
    );
  });

describe.each([
  ['zh', '/'],
  ['zh in a district', '/?at=439905'],
  ['en', '/?lang=en'],
])('text fits at 1920 × 1080: %s', (_name, path) => {
  test('nothing is cut off and no panel covers another', async () => {
    const page = await bench.open(path);
    expect(await cutTexts(page)).toEqual([]);
    expect(await overlaps(page)).toEqual([]);
  });

  test('no text is smaller than 12 units', async () => {
    const page = await bench.open(path);
    const smallest = await page.evaluate(() =>
      Math.min(
        ...[...document.querySelectorAll('.stage *')]
          .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE))
          .map((element) => parseFloat(getComputedStyle(element).fontSize)),
      ),
    );
    expect(smallest).toBeGreaterThanOrEqual(12);
  });
});

describe.each([
  [0.5, 960, 540],
  [1, 1920, 1080],
  [2, 3840, 2160],
])('at scale %d', (k, width, height) => {
  test('every tile is hit where it is drawn', async () => {
    const page = await bench.open('/', { viewport: { width, height } });
    expect(Number(await page.locator('.stage').getAttribute('data-scale'))).toBeCloseTo(k, 3);
    for (const [code, name] of Object.entries(districts)) {
      await clickUntil(
        page,
        () => textAt(page, 'map', name),
        (address) => address.searchParams.get('at') === code,
      );
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => !location.search.includes('at='));
      await page.waitForSelector(`[data-map^="tiles-city"]`);
    }
  });

  test('a tooltip belongs to what is under the pointer and stays in its panel', async () => {
    const page = await bench.open('/', { viewport: { width, height } });
    const { x, y } = await textAt(page, 'map', '东屏区');
    await page.mouse.move(x, y);
    const tip = page.locator('[data-panel="map"] .tip');
    await tip.waitFor();
    expect(await tip.locator('b').innerText()).toBe('东屏区');
    expect(await tip.locator('div').count()).toBe(5);
    const [inner, outer] = await Promise.all([
      tip.boundingBox(),
      page.locator('[data-panel="map"]').boundingBox(),
    ]);
    expect(inner!.x).toBeGreaterThanOrEqual(outer!.x);
    expect(inner!.x + inner!.width).toBeLessThanOrEqual(outer!.x + outer!.width);
  });
});

test('another shape of window keeps the proportions, or fills it when asked', async () => {
  const page = await bench.open('/', { viewport: { width: 2560, height: 1080 } });
  const stage = () =>
    page.locator('.stage').evaluate((element) => element.getBoundingClientRect().toJSON() as DOMRect);
  expect(await stage()).toMatchObject({ x: 320, y: 0, width: 1920, height: 1080 });
  await page.goto(`${bench.fixture.url}/?fit=fill`);
  await page.waitForSelector('.stage');
  expect(await stage()).toMatchObject({ x: 0, y: 0, width: 2560, height: 1080 });
  expect(query(page).get('fit')).toBe('fill');
});
