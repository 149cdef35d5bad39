/** A command that the owner of the home works on, interrupted. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { OwnerLock } from '../../warehouse/owner-lock.ts';
import { temporaryDirectory } from '../support/platform.ts';

const root = join(import.meta.dirname, '..', '..');

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with a sentence, not with a stack', async (signal) => {
  const home = await temporaryDirectory();
  const lock = await OwnerLock.take(home.path);
  // Takes the work and never answers.
  const owner = createServer(() => undefined).listen(0, '127.0.0.1');
  try {
    await once(owner, 'listening');
    const address = owner.address();
    await lock.setUrl(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    const args = [join(root, 'bin', 'anju'), 'status', '--home', home.path];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    const said = text(child.stderr);
    const ended = once(child, 'exit');
    await once(owner, 'request');
    child.kill(signal);
    expect(await ended).toEqual([130, null]);
    expect(await said).toMatch(/^stopped before it was done/m);
    expect(await said).not.toMatch(/AbortError|^\s+at /m);
  } finally {
    owner.closeAllConnections();
    owner.close();
    await lock.release();
    await home.dispose();
  }
});
