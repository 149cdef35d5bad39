/** `anju bench detect [PART…]`: precision and recall against the sample city's truth, part by part (`bench/detect/`). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { makeCity } from '../ingestion/sample-city/index.ts';
import { landDeliveries } from '../pipelines/land.ts';
import { runPipeline } from '../pipelines/runner.ts';
import { loadConfig } from '../warehouse/config.ts';
import { homePaths } from '../warehouse/home.ts';
import { openPlatform } from '../warehouse/platform.ts';
import { type Bench, type BenchCall, type Measured, rounded, seconds } from './bench.ts';
import { badRows } from './detect/bad-rows.ts';
import { dwellings } from './detect/dwelling.ts';
import { enterprises } from './detect/enterprises.ts';
import { households } from './detect/households.ts';
import type { DetectPart, Found } from './detect/part.ts';
import { persons } from './detect/persons.ts';
import { polls } from './detect/polls.ts';
import { violations } from './detect/violations.ts';

const PARTS: readonly DetectPart[] = [
  badRows,
  dwellings,
  persons,
  households,
  enterprises,
  violations,
  polls,
];
export const bench: Bench = {
  name: 'detect',
  summary: 'precision and recall of what is found in the sample city, against its truth',
  // The city's own, as in `build` and `metrics`: a tenth of the requirement's district.
  defaultScale: 0.1,
  run: detect,
};

/** The city and its home stay in `--data DIR`, so that a second run measures at once. */
async function detect({ scale, seed, data, args, say, memory }: BenchCall): Promise<Measured> {
  const parts = PARTS.filter(({ name }) => args.length === 0 || args.includes(name));
  const home = join(data, `city-${scale}-${seed}`);
  if (!existsSync(join(homePaths(home).truth, 'city.json'))) {
    say(`making the city (scale ${scale})`);
    await makeCity({ home, scale, seed });
  }
  const config = loadConfig({ ANJU_HOME: home, ANJU_PORT: '0', ANJU_LOG_LEVEL: 'silent' });
  const platform = await openPlatform(config, { log: pino({ level: 'silent' }) });
  try {
    say('landing');
    await landDeliveries(platform, {});
    if (parts.some(({ needs }) => needs === 'run')) {
      say('building the models');
      await runPipeline(platform, { land: landDeliveries });
    }
    memory.reset();
    const found: (Found & { part: string })[] = [];
    const took: Record<string, number> = {};
    for (const part of parts) {
      took[part.name] = rounded(
        await seconds(async () => {
          const results = await part.run({ platform, truth: homePaths(home).truth, say });
          found.push(...results.map((one) => ({ part: part.name, ...one })));
        }),
      );
    }
    for (const one of found) say(lineOf(one));
    const short = found.filter((one) => Math.min(one.precision, one.recall) < one.atLeast);
    return {
      ours: { found, seconds: took, short: short.map(({ part, name }) => `${part}: ${name}`) },
      peer: { name: 'the truth of the sample city' },
      ratio: rounded(Math.min(1, ...found.flatMap(({ precision, recall }) => [precision, recall])), 4),
      ok: found.length > 0 && short.length === 0,
    };
  } finally {
    await platform.close();
  }
}

const lineOf = ({
  part,
  name,
  precision,
  recall,
  planted,
  found,
  atLeast,
  confusion,
}: Found & { part: string }) =>
  [
    `${part} ${name.padEnd(24)} precision ${precision.toFixed(4)} recall ${recall.toFixed(4)}`,
    `planted ${planted} found ${found}`,
    confusion
      ? `right ${confusion.right} wrong ${confusion.wrong} missed ${confusion.missed} neither ${confusion.others ?? '?'}`
      : '',
    Math.min(precision, recall) < atLeast ? `BELOW ${atLeast}` : '',
  ].join('  ');
