/** A real browser for tests: Chromium from an npm package, so it works offline, as root and in a container. */
import chromiumPack from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Starts headless Chromium. Close it in `afterAll`. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPack.executablePath(),
    // Our own few switches: the package's list is made for serverless machines and turns site features off.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
    headless: true,
  });
}
