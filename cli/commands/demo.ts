import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ensureFirstUsers } from '../../api/auth/first-users.ts';
import { operations } from '../../api/operations/index.ts';
import { serve } from '../../api/server.ts';
import { makeCity } from '../../ingestion/sample-city/index.ts';
import { progressPrinter } from '../../pipelines/progress.ts';
import { openPlatform } from '../../warehouse/platform.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { runLines, signInLines } from '../report.ts';
import { untilStopped } from '../until-stopped.ts';

/** Seconds `bin/start.js` spent before the command began. */
export interface BootstrapSeconds {
  install: number;
  screens: number;
}

interface DemoOptions extends CommonOptions {
  scale: number;
  seed: number;
  days: number;
  serve: boolean;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('must be a number above 0');
  return value;
};

/** `anju demo` (and `npm start`): makes the sample city on the first run, runs the pipeline, serves. */
export function addDemo(program: Command, bootstrap: BootstrapSeconds): void {
  withCommon(program.command('demo'))
    .description('make the sample city (first run only), run the pipeline, serve the platform')
    .option('--scale <s>', '1 is the requirement’s own district: 100,000 dwellings', positive, 0.02)
    .option('--seed <n>', 'another seed, another city', positive, 1)
    .option('--days <d>', 'days of readings and door events', positive, 395)
    .option('--no-serve', 'stop after the pipeline')
    .action((options: DemoOptions) => demo(options, bootstrap));
}

async function demo(options: DemoOptions, bootstrap: BootstrapSeconds): Promise<void> {
  const config = configFor(options);
  const seconds: Record<string, number> = { ...(bootstrap.install + bootstrap.screens > 0 ? bootstrap : {}) };
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    seconds[stage] = (performance.now() - started) / 1000;
    return result;
  };
  const onProgress = progressPrinter(process.stderr);
  const platform = await timed('open', () => openPlatform(config));
  try {
    // The truth is written last: a home that has it has a whole city.
    if (!existsSync(path.join(config.home, 'truth', 'city.json'))) {
      const { scale, seed, days } = options;
      await timed('city', () =>
        makeCity({
          home: config.home,
          scale,
          seed,
          days,
          onProgress: ({ dataset, files, rows }) =>
            onProgress({ kind: 'item', stage: 'city', item: dataset, state: 'written', done: files, rows }),
        }),
      );
    }
    const run = await operations.run.run(platform, {}, { onProgress, signal: new AbortController().signal });
    const result = { ...run, seconds: { ...seconds, ...run.seconds } };
    if (!run.ok) process.exitCode = 1;
    if (!options.serve) {
      print(options, result, () => runLines(result));
      return;
    }
    const users = await ensureFirstUsers(platform.store);
    const server = await serve(platform);
    print(options, { ...result, url: server.url, users }, () => [
      ...runLines(result),
      '',
      `Anju 安居 serves ${server.url}`,
      ...signInLines(users),
    ]);
    await untilStopped();
    await server.close();
  } finally {
    await platform.close();
  }
}
