import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { errors, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { startUiFixture, type UiFixture } from '../support/ui-fixture.ts';

interface Bench {
  fixture: UiFixture;
  /** Opens a page of the fixture and waits until the screen has its numbers (unless `waitFor` says otherwise). */
  open: (path: string, options?: BrowserContextOptions & { waitFor?: string }) => Promise<Page>;
  /** What pages of the running test asked for, and what their consoles said. */
  requests: string[];
  complaints: string[];
}

export const READY = '[data-kpi="dwelling_total"] [data-value]';

/** One browser and one UI fixture for a test file; a new context for each page, closed after each test. */
export function useBench(): Bench {
  let browser: Browser;
  const bench = { requests: [] as string[], complaints: [] as string[] } as Bench;
  beforeAll(async () => {
    [bench.fixture, browser] = await Promise.all([startUiFixture(), launchBrowser()]);
  });
  beforeEach(() => {
    bench.requests.length = 0;
    bench.complaints.length = 0;
    bench.fixture.failing.clear();
    bench.fixture.empty.clear();
    bench.fixture.batches.length = 0;
    bench.fixture.calls.length = 0;
    bench.fixture.signedIn = true;
    bench.fixture.role = 'everything';
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    await bench.fixture.close();
  });
  bench.open = async (path, { waitFor = READY, ...options } = {}) => {
    // Without motion, so that what a test measures stays where it was measured; a test about motion asks for it.
    const context = await browser.newContext({
      viewport: { width: 1920, height: 1080 },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    page.on('request', (request) => bench.requests.push(request.url()));
    page.on('pageerror', (error) => bench.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') bench.complaints.push(message.text());
    });
    await page.goto(bench.fixture.url + path);
    if (waitFor) await page.waitForSelector(waitFor);
    await page.evaluate(() => document.fonts.ready);
    return page;
  };
  return bench;
}

/** Makes the screen refresh now, as it does when someone comes back to it. */
export async function refresh(page: Page): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().includes('/api/metrics/query'));
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await answered;
}

export const query = (page: Page) => new URL(page.url()).searchParams;

/**
 * Where a text is drawn in a panel's charts: the middle of its first occurrence, in window pixels. Found and measured in one
 * step, because a chart that is drawn anew in between has other elements.
 */
export async function textAt(page: Page, panel: string, text: string): Promise<{ x: number; y: number }> {
  const found = await page.waitForFunction(
    (asked) => {
      const drawn = document.querySelectorAll(`[data-panel="${asked.panel}"] svg text`);
      const box = [...drawn].find((one) => one.textContent?.includes(asked.text))?.getBoundingClientRect();
      return box && box.width > 0 ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
    },
    { panel, text },
  );
  return (await found.jsonValue())!;
}

/**
 * Clicks a place of a chart until the address says it worked, as a person would: a chart drawn anew between the measuring and
 * the click (a font or a number arrived) is another element, and the click falls on nothing. Fails like any wait after 30 s.
 */
export async function clickUntil(
  page: Page,
  place: () => Promise<{ x: number; y: number }>,
  reached: (address: URL) => boolean,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { x, y } = await place();
    await page.mouse.click(x, y);
    try {
      await page.waitForURL(reached, { timeout: 3000, waitUntil: 'commit' });
      return;
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || attempt === 10) throw error;
    }
  }
}
