/** `anju task …` as its users type it: the program itself, a task in a file, an exchange directory, nobody serving. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anju, anjuSql, type Home, lastJson, newHome } from '../support/anju.ts';
import { waterCsv } from '../support/deliveries.ts';

let home: Home;
beforeAll(async () => {
  home = await newHome();
});
afterAll(() => home.dispose());

test('makes a task, runs it, tells of it; what it fetched is in raw, and a wrong file is refused', async () => {
  const directory = join(home.path, 'exchange');
  await mkdir(directory);
  await writeFile(
    join(directory, 'water_20261002.csv'),
    waterCsv([
      ['W0000001', '2026-10-01', '10.0', '1.0', '3.00'],
      ['W0000002', '2026-13-01', '20.0', '1.0', '3.00'],
    ]),
  );
  const file = join(home.path, 'task.json');
  const task = {
    name: '水表读数',
    connector: 'directory',
    datasets: ['utilities.water_reading'],
    settings: { directory, settleSeconds: 0 },
  };
  await writeFile(file, JSON.stringify({ taskId: 'water', task, secrets: {} }));
  const made = lastJson(await anju(home.path, ['task', 'create', file, '--json']));
  expect(made).toMatchObject({ taskId: 'water', name: '水表读数' });
  const run = lastJson(await anju(home.path, ['task', 'run-now', 'water', '--json']));
  expect(run).toMatchObject({ taskId: 'water', state: 'succeeded', askedBy: 'anju' });
  const runs = lastJson(await anju(home.path, ['task', 'runs', 'water', '--json']));
  expect(runs).toMatchObject({ runs: [{ taskId: 'water', valid: 1, failed: 1 }] });
  expect(
    await anjuSql(home.path, 'SELECT file_name, toUInt32(loaded) AS rows FROM meta.batch FINAL'),
  ).toEqual([{ file_name: 'water_20261002.csv', rows: 1 }]);
  // Rows are worked on in a person's name: what one claimed, another cannot mend.
  const rows = ['--dataset', 'utilities.water_reading', '--batch', '1', '--row', '2', '--json'];
  const mend = [...rows, '--set', 'reading_date=2026-10-01', '--reason', '抄表员更正'];
  const act = async (kind: string, by: string, args: string[]) =>
    lastJson(await anju(home.path, ['quarantine', kind, '--by', by, ...args]));
  expect(await act('claim', 'wang', rows)).toMatchObject({ rows: 1 });
  const other = await anju(home.path, ['quarantine', 'mend', '--by', 'li', ...mend]);
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('somebody else works on it') });
  expect(await act('mend', 'wang', mend)).toMatchObject({ rows: 1 });
  const shown = lastJson(await anju(home.path, ['quarantine', 'show', '1', '2', '--json']));
  expect(shown).toMatchObject({
    state: 'mended',
    actions: [{ kind: 'claim' }, { kind: 'mend', author: 'wang' }],
  });
  const queue = await anju(home.path, ['task', 'queue']);
  expect(queue).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('anju serve') });
  await writeFile(file, '{"taskId": "water"');
  const wrong = await anju(home.path, ['task', 'create', file]);
  expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('JSON') });
});
