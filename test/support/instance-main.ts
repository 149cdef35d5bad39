/** A second Anju in a process of its own, for tests: JSON lines in (`{call, argument}`), JSON lines out. */
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { z } from 'zod';
import { isAppError } from '../../domain/errors.ts';
import { importPackage } from '../../pipelines/exports/import-package.ts';
import { instanceKey } from '../../warehouse/instance-keys.ts';
import { makePackage } from '../../pipelines/exports/make-package.ts';
import { fileReceipt } from '../../pipelines/exports/receipt.ts';
import { openPlatform } from '../../warehouse/platform.ts';
import { loadConfig } from '../../warehouse/config.ts';
import { testLog } from './platform.ts';

const platform = await openPlatform(loadConfig(process.env), { log: testLog });
const anyRow = z.record(z.string(), z.unknown());
const calls: Record<string, (argument: string) => Promise<unknown>> = {
  run: (text) => platform.warehouse.run(text),
  rows: (text) => platform.warehouse.rows(text, anyRow),
  ledger: async (text) => (await sql.raw(text).execute(platform.store.db)).rows,
  key: () => instanceKey(platform.config.home),
  export: (name) => makePackage(platform, name),
  import: (file) => importPackage(platform, file),
  receipt: (file) => fileReceipt(platform, file),
};

const answer = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
answer({ result: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  const { call, argument } = z.object({ call: z.string(), argument: z.string() }).parse(JSON.parse(line));
  try {
    answer({ result: (await calls[call]?.(argument)) ?? null });
  } catch (error) {
    answer({
      error: isAppError(error)
        ? { code: error.code, message: error.message, where: error.where, fix: error.fix }
        : { code: 'bug', message: String(error instanceof Error ? error.stack : error) },
    });
  }
}
await platform.close();
