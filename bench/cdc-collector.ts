/**
 * The process the benchmark kills: opens the home and collects, round after round. Told `finish` on standard input it makes a last
 * round, from what is there by then, and leaves. Arguments: the tasks as JSON.
 */
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { isAppError } from '../domain/errors.ts';
import { collectAndLand } from '../ingestion/connectors/collect.ts';
import { connectors } from '../ingestion/connectors/index.ts';
import { loadConfig } from '../warehouse/config.ts';
import { openPlatform } from '../warehouse/platform.ts';

const tasks = z
  .array(
    z.object({
      taskId: z.string(),
      kind: z.string(),
      settings: z.unknown(),
      secrets: z.record(z.string(), z.string()),
      datasets: z.array(z.string()),
    }),
  )
  .parse(JSON.parse(process.argv[2] ?? '[]'));

let isLast = false;
createInterface(process.stdin).on('line', () => (isLast = true));
const platform = await openPlatform(loadConfig(process.env));
for (let isDone = false; !isDone;) {
  isDone = isLast;
  for (const { kind, ...task } of tasks) {
    const connector = connectors[kind];
    if (!connector) throw new Error(`no connector ${kind}`);
    try {
      const results = await collectAndLand(platform, {
        ...task,
        connector,
        signal: new AbortController().signal,
      });
      const refused = results.find(({ state }) => state === 'refused');
      if (refused?.state === 'refused') throw refused.refusal;
      process.stdout.write(`${JSON.stringify({ task: task.taskId, files: results.length })}\n`);
    } catch (error) {
      // As the queue would: what may succeed later is tried again.
      if (!isAppError(error) || !error.retriable) throw error;
      isDone = false;
    }
  }
}
await platform.close();
process.exit(0);
