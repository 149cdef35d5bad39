/** A child process for queue.test.ts: takes a job, says its id, and holds it until it is killed. */
import { openQueueAt } from './queue-at.ts';

const [address = '', name = ''] = process.argv.slice(2);
const queue = await openQueueAt(address, { leaseMs: 400, pollMs: 100 });
queue.work(name, (job) => {
  process.stdout.write(`${job.id}\n`);
  return new Promise<void>(() => undefined);
});
