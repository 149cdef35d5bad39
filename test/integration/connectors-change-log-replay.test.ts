/** `anju bench cdc` in small: after crashes on both sides raw holds every change of the source once, and replays to its state. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compare, tableContracts } from '../../bench/cdc-world.ts';
import { collectOnce, mariadbSubject, postgresSubject, type Subject } from '../../bench/cdc-subjects.ts';
import { saveContract } from '../../ingestion/contracts/home.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';
import { mariadbProgram } from '../support/servers/mariadb-server.ts';
import { postgresProgram } from '../support/servers/postgres-server.ts';
import { describeWith } from '../support/servers/server.ts';

const CHANGES = 250;

describe.each([
  ['PostgreSQL', postgresProgram, postgresSubject],
  ['MariaDB', mariadbProgram, mariadbSubject],
] as const)('%s', (_name, program, start) => {
  describeWith(program)('through crashes on both sides', () => {
    let platform: TestPlatform;
    let subject: Subject;
    beforeAll(async () => {
      subject = await start(1, 30);
      platform = await testPlatform();
      for (const contract of tableContracts(subject.tables.source.name))
        await saveContract(platform.config, contract);
    });
    afterAll(async () => {
      await platform.close();
      await subject.stop();
    });

    test('raw replays to the source', async () => {
      const { tables } = subject;
      await collectOnce(platform, subject.task);
      while (tables.changes < CHANGES / 2) await tables.change();
      // Ended after the first of the two tables of a batch; the second is not in.
      const killed = new AbortController();
      const some = await collectOnce(platform, subject.task, killed.signal, () => killed.abort());
      expect(some).toHaveLength(1);
      platform = await platform.reopen();
      await subject.restart();
      while (tables.changes < CHANGES) await tables.change();
      const rest = await collectOnce(platform, subject.task);
      expect(rest.length).toBeGreaterThan(1);
      expect(await collectOnce(platform, subject.task)).toEqual([]);
      expect(await compare(platform, tables)).toMatchObject({ wrongRows: 0, lost: 0, twice: 0 });
    });
  });
});
