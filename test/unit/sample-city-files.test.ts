import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { datasets, findDataset } from '../../ingestion/contracts/index.ts';
import { datasetId } from '../../ingestion/contract.ts';
import { type CityReport, makeCity } from '../../ingestion/sample-city/index.ts';
import { type FileContent, readCityFile } from '../support/sample-city-files.ts';
import { fieldElement, Ledger, type Verdict } from '../support/sample-city-ledger.ts';

interface RowTruth {
  dataset: string;
  file: string;
  row: number;
  effect: 'cleaned' | 'mark' | 'quarantine' | 'repeat';
  family: string;
  field: string;
  rule: string;
  clean: string;
}
interface FileAccount {
  dataset: string;
  file: string;
  landed: number;
  loaded: number;
  quarantined: number;
  deduplicated: number;
  deleted: number;
}

const OPTIONS = { scale: 0.002, days: 70 };
const homes: string[] = [];
const newHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), 'anju-city-'));
  homes.push(home);
  return home;
};

let home: string;
let report: CityReport;
let truths: RowTruth[];
let accounts: FileAccount[];
const contents = new Map<string, FileContent>();
const verdicts = new Map<string, { verdicts: Verdict[]; deleted: number }>();
const nameOf = (dataset: string, file: string): string => `${dataset}/${file}`;

beforeAll(async () => {
  home = newHome();
  report = await makeCity({ home, seed: 11, ...OPTIONS });
  truths = readFileSync(join(home, 'truth/rows.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RowTruth);
  accounts = (
    JSON.parse(readFileSync(join(home, 'truth/accounts.json'), 'utf8')) as {
      datasets: { files: FileAccount[] }[];
    }
  ).datasets.flatMap((d) => d.files);
  for (const dataset of datasets) {
    const ledger = new Ledger(dataset);
    const hashes = new Set<string>();
    const paths = report.files.filter((f) => f.dataset === datasetId(dataset)).map((f) => f.path);
    for (const path of paths.sort((a, b) => (basename(a) < basename(b) ? -1 : 1))) {
      const content = await readCityFile(path, dataset);
      const name = nameOf(datasetId(dataset), basename(path));
      contents.set(name, content);
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      const resent = hashes.has(hash);
      hashes.add(hash);
      verdicts.set(
        name,
        resent
          ? {
              verdicts: content.rows.map((_, i) => ({ row: i + 1, outcome: 'deduplicated', failures: [] })),
              deleted: 0,
            }
          : ledger.take(content.rows),
      );
    }
  }
});
afterAll(() => homes.forEach((path) => rmSync(path, { recursive: true, force: true })));

const hashesOf = (directory: string): Map<string, string> => {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        relative(directory, path),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );
};

describe('the sample city as files', () => {
  test('is the same for the same seed, byte for byte, and another for another', async () => {
    const [again, other] = [newHome(), newHome()];
    await makeCity({ home: again, seed: 11, ...OPTIONS });
    await makeCity({ home: other, seed: 12, ...OPTIONS });
    const [first, second, third] = [hashesOf(home), hashesOf(again), hashesOf(other)];
    expect([...second]).toEqual([...first]);
    // Between two small deliveries nothing may have changed: only the first of each set must differ.
    const same = [...first].filter(
      ([name, hash]) => name.endsWith('_20261031.csv') && third.get(name) === hash,
    );
    expect(same).toEqual([]);
    expect(third.get('truth/city.json')).not.toBe(first.get('truth/city.json'));
  });

  test('has every data set but our own, in the shape and encoding its contract says', () => {
    const delivered = new Set(report.files.map((f) => f.dataset));
    const expected = datasets.map(datasetId).filter((id) => !id.startsWith('anju.'));
    expect([...delivered].sort()).toEqual([...expected].sort());
    for (const { path, dataset, rows } of report.files) {
      const content = contents.get(nameOf(dataset, basename(path)));
      const names = findDataset(dataset)?.fields.map((f) => f.source);
      if (rows > 0) expect([path, content?.header]).toEqual([path, names]);
      expect([path, content?.rows.length]).toEqual([path, rows]);
      expect(basename(path)).toMatch(/^[a-z_]+_20\d{6}(_\d)?\.(csv|xlsx|xml|jsonl)$/);
    }
  });

  test('refuses an inbox that is not empty', async () => {
    await expect(makeCity({ home, seed: 11, ...OPTIONS })).rejects.toThrow('is not empty');
  });

  test('keeps accounts an independent count of the files confirms', () => {
    const counted = [...verdicts].map(([name, { verdicts: rows, deleted }]) => {
      const of = (outcome: Verdict['outcome']): number => rows.filter((v) => v.outcome === outcome).length;
      return {
        name,
        landed: rows.length,
        loaded: of('loaded'),
        quarantined: of('quarantined'),
        deduplicated: of('deduplicated'),
        deleted,
      };
    });
    const told = accounts.map(({ dataset, file, ...numbers }) => ({
      name: nameOf(dataset, file),
      ...numbers,
    }));
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect(told.sort(byName)).toEqual(counted.sort(byName));
    expect(told.reduce((n, a) => n + a.quarantined, 0)).toBeGreaterThan(20);
  });

  test('names every defect and no other: what was planted fails with its rule, everything else passes', () => {
    const found = [...verdicts].flatMap(([name, { verdicts: rows }]) =>
      rows.flatMap((v) => v.failures.map((failure) => `${name} ${v.row} ${failure}`)),
    );
    // A file sent twice, and a row that comes twice, show the same defects again.
    const planted = truths
      .filter((t) => t.effect === 'mark' || t.effect === 'quarantine')
      .map((t) => `${nameOf(t.dataset, t.file)} ${t.row} ${t.field}:${t.rule}`);
    expect(found.filter((x) => !planted.includes(x))).toEqual([]);
    expect(planted.filter((x) => !found.includes(x))).toEqual([]);
  });

  test('cleans up to what was meant', () => {
    const cleaned = truths.filter((t) => t.effect === 'cleaned');
    expect(new Set(cleaned.map((t) => t.family)).size).toBeGreaterThan(7);
    for (const { dataset, file, row, field, clean, family } of cleaned) {
      const fields = findDataset(dataset)?.fields ?? [];
      const column = fields.findIndex((f) => f.name === field);
      const spec = fields[column];
      if (!spec) throw new Error(`${dataset} has no ${field}`);
      const written = contents.get(nameOf(dataset, file))?.rows[row - 1]?.[column] ?? '';
      const element = fieldElement(spec);
      const parsed = (text: string): unknown => element.parse(element.normalise(text));
      expect([family, field, written === clean]).toEqual([family, field, false]);
      expect([family, field, written, parsed(written)]).toEqual([family, field, written, parsed(clean)]);
    }
  });

  test('is dirty in one or two rows of a hundred, machines in fewer', () => {
    const machines = /^(utilities|access_control)\./;
    const rate = (of: (dataset: string) => boolean): number => {
      const dirty = new Set(
        truths
          .filter((t) => of(t.dataset) && t.family !== 'overlap')
          .map((t) => `${t.dataset}${t.file}${t.row}`),
      ).size;
      return dirty / report.files.filter((f) => of(f.dataset)).reduce((n, f) => n + f.rows, 0);
    };
    expect(rate((d) => !machines.test(d))).toBeGreaterThan(0.005);
    expect(rate((d) => !machines.test(d))).toBeLessThan(0.02);
    expect(rate((d) => machines.test(d))).toBeGreaterThan(0.0005);
    expect(rate((d) => machines.test(d))).toBeLessThan(0.004);
  });
});
