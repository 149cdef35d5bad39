import { launchBrowser } from '/work/wt/dashboards/test/support/browser.ts';
import { startUiFixture } from '/work/wt/dashboards/test/support/ui-fixture.ts';
const fx = await startUiFixture();
const b = await launchBrowser();
const shots: [string, number, number, string][] = [
  ['dark', 1920, 1080, '/'], ['light', 1920, 1080, '/?theme=light'], ['small', 1366, 768, '/?at=439901'], ['en', 1920, 1080, '/?lang=en&at=439903002&metric=occupancy_rate'],
];
const only = process.argv[2]?.split(',');
for (const [n, w, h, p] of shots) {
  if (only && !only.includes(n)) continue;
  const page = await b.newPage({ viewport: { width: w, height: h } });
  page.on('console', (m) => process.stdout.write(`${n} console ${m.type()}: ${m.text()}\n`));
  page.on('pageerror', (e) => process.stdout.write(`${n} error: ${e}\n`));
  await page.goto(fx.url + p, { waitUntil: 'networkidle' });
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `/tmp/shot-${n}.png` });
  await page.close();
}
await b.close(); await fx.close();
process.exit(0);
