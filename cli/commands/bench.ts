import type { Command } from 'commander';
import { z } from 'zod';
import { benchNames, runBench } from '../../bench/run.ts';
import { AppError } from '../../domain/errors.ts';
import { print } from '../options.ts';

const settings = z.object({
  scale: z.coerce.number().positive().optional(),
  seed: z.coerce.number().int().nonnegative().default(1),
  data: z.string().optional(),
  mapping: z.string().optional(),
  records: z.coerce.number().int().min(2).optional(),
  duplicates: z.coerce.number().min(0).max(0.5).optional(),
  json: z.boolean().optional(),
});

/** `anju bench NAME`: measures a part of the platform beside the best there is, in a temporary home. */
export function addBench(program: Command): void {
  program
    .command('bench')
    .description(`measure a part beside its peer: ${benchNames().join(', ')}`)
    .argument('<name>', 'which benchmark')
    .argument('[args...]', 'what the benchmark itself takes')
    .option('--scale <factor>', 'share of the full size (default: 1; detect: 0.1)')
    .option('--seed <number>', 'seed of everything drawn by chance (default: 1)')
    .option('--data <dir>', 'keep the input here between runs (default: a temporary directory)')
    .option('--mapping <file>', 'link: what kind each column of the files in --data is (YAML or JSON)')
    .option('--records <number>', 'link: persons to invent (default: 1000000)')
    .option('--duplicates <share>', "link: share of them that are somebody's second record (default: 0.05)")
    .option('--json', 'print one JSON object as the last line of standard output')
    .action(async (name: string, args: string[], given: unknown) => {
      const parsed = settings.safeParse(given);
      if (!parsed.success)
        throw new AppError('bad_request', z.prettifyError(parsed.error), { fix: 'anju bench --help' });
      const { json, mapping, records, duplicates, ...options } = parsed.data;
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const result = await runBench({
        name,
        args,
        say,
        options: { mapping, records, duplicates },
        ...options,
      });
      print({ json }, result, () => [
        `${result.name}: ${result.ok ? 'ok' : 'NOT ok'}, ${result.ratio} of “${result.peer.name}”, ${result.rss_mib} MiB`,
        JSON.stringify({ ours: result.ours, peer: result.peer }, null, 2),
      ]);
      if (!result.ok) process.exitCode = 1;
    });
}
