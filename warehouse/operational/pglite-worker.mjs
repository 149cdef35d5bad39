// PGlite blocks the thread it runs on, so it has this one to itself. Plain JavaScript, because a worker thread starts
// without the loader of its parent (tsx, jest) and must start fast; the messages are typed in pglite-process.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

const database = await PGlite.create({ dataDir: workerData.dataDir });
let last = Promise.resolve();

/** One exchange of PostgreSQL's wire protocol in, its whole answer out, strictly in order. */
async function serve(message) {
  if (message.kind === 'close') {
    await database.close();
    parentPort.postMessage({ kind: 'closed' });
    parentPort.close();
    return;
  }
  try {
    const bytes = await database.execProtocolRaw(message.bytes);
    parentPort.postMessage({ kind: 'answer', id: message.id, bytes });
  } catch (error) {
    parentPort.postMessage({ kind: 'failed', id: message.id, message: String(error?.message ?? error) });
  }
}

parentPort.on('message', (message) => {
  last = last.then(() => serve(message));
});
parentPort.postMessage({ kind: 'ready' });
