/** The two halves against each other: what the sample city says must come of its files, and what landing makes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tableName } from '../../ingestion/contract.ts';
import { findDataset } from '../../ingestion/contracts/index.ts';
import { type DatasetAccount, landInbox } from '../../ingestion/landing/index.ts';
import { makeCity } from '../../ingestion/sample-city/index.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

interface Account {
  dataset: string;
  landed: number;
  loaded: number;
  quarantined: number;
  deduplicated: number;
  deleted: number;
}
interface RowTruth {
  dataset: string;
  file: string;
  row: number;
  effect: string;
  field: string;
  rule: string;
}

let platform: TestPlatform;
let landed: DatasetAccount[];
let accounts: Account[];
let truths: RowTruth[];

beforeAll(async () => {
  platform = await testPlatform();
  const { home } = platform.config;
  await makeCity({ home, seed: 21, scale: 0.001, days: 33 });
  accounts = (JSON.parse(readFileSync(join(home, 'truth/accounts.json'), 'utf8')) as { datasets: Account[] })
    .datasets;
  const lines = readFileSync(join(home, 'truth/rows.jsonl'), 'utf8').trimEnd().split('\n');
  truths = lines.map((line) => JSON.parse(line) as RowTruth);
  landed = await landInbox(platform);
}, 600_000);
afterAll(() => platform.close());

describe('the sample city, landed', () => {
  test('comes out as its accounts say, data set by data set', () => {
    const numbers = ({
      dataset,
      landed: rows,
      loaded,
      quarantined,
      deduplicated,
      deleted,
    }: Account): Account => ({
      dataset,
      landed: rows,
      loaded,
      quarantined,
      deduplicated,
      deleted,
    });
    const byName = (a: Account, b: Account): number => (a.dataset < b.dataset ? -1 : 1);
    expect(landed.filter((d) => d.refused > 0)).toEqual([]);
    expect(
      landed
        .filter((d) => d.deliveries > 0)
        .map(numbers)
        .sort(byName),
    ).toEqual(accounts.map(numbers).sort(byName));
  });

  test('quarantines the rows meant, for the reason meant', async () => {
    const rows = await platform.warehouse.rows(
      `SELECT dataset, file_name AS file, toUInt32(row_no) AS row, concat(field, ':', rule) AS failure FROM meta.quarantine`,
      z.object({ dataset: z.string(), file: z.string(), row: z.number(), failure: z.string() }),
    );
    const text = (dataset: string, file: string, row: number, failure: string): string =>
      `${dataset} ${file} ${row} ${failure.replace('*', '')}`;
    const found = rows.map((r) => text(r.dataset, r.file, r.row, r.failure)).sort();
    const meant = truths
      .filter((t) => t.effect === 'quarantine')
      .map((t) => text(t.dataset, t.file, t.row, `${t.field}:${t.rule}`));
    expect(found).toEqual(meant.sort());
  });

  test('marks the values meant, and no other', async () => {
    const marks = truths.filter((t) => t.effect === 'mark');
    expect(marks.length).toBeGreaterThan(20);
    for (const { dataset } of accounts) {
      const spec = findDataset(dataset);
      if (!spec) throw new Error(`no contract ${dataset}`);
      const rows = await platform.warehouse.rows(
        `SELECT toUInt32(count()) AS n, arrayJoin(_defects) AS defect FROM raw.${tableName(spec)} WHERE _op != 'Delete' GROUP BY defect ORDER BY defect`,
        z.object({ n: z.number(), defect: z.string() }),
      );
      const meant = new Map<string, number>();
      for (const mark of marks.filter((m) => m.dataset === dataset)) {
        const name = `${mark.field}:${mark.rule}`;
        meant.set(name, (meant.get(name) ?? 0) + 1);
      }
      const found = rows.map(({ defect, n }) => [dataset, defect, n]);
      // A mark that comes again unchanged is not loaded again: at least once, at most as often as it came.
      expect(found.map(([, defect]) => defect)).toEqual([...meant.keys()].sort());
      for (const [, defect, n] of found) expect(n).toBeLessThanOrEqual(meant.get(String(defect)) ?? 0);
    }
  });
});
