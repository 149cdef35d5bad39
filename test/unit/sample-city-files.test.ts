import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { datasets, findDataset } from '../../ingestion/contracts/index.ts';
import { datasetId } from '../../ingestion/contract.ts';
import { type CityReport, makeCity } from '../../ingestion/sample-city/index.ts';
import { cardNo } from '../../ingestion/sample-city/machines/doors.ts';
import { presenceOn } from '../../ingestion/sample-city/machines/presence.ts';
import { sizeOf } from '../../ingestion/sample-city/options.ts';
import { houseCode, meterNo } from '../../ingestion/sample-city/world/housing.ts';
import { makeWorld } from '../../ingestion/sample-city/world/index.ts';
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
    const small = { scale: 0.0005, days: 40 };
    const [one, again, other] = [newHome(), newHome(), newHome()];
    await makeCity({ home: one, seed: 11, ...small });
    await makeCity({ home: again, seed: 11, ...small });
    await makeCity({ home: other, seed: 12, ...small });
    const [first, second, third] = [hashesOf(one), hashesOf(again), hashesOf(other)];
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
      const names = findDataset(dataset)
        ?.fields.filter((f) => !f.optionalColumn)
        .map((f) => f.source);
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
    expect(told.reduce((n, a) => n + a.quarantined, 0)).toBeGreaterThan(10);
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

  /** Clean rows of the last day's file of a machine, by standard name. */
  const lastDayRows = (dataset: string): Map<string, string>[] => {
    const spec = findDataset(dataset);
    const content = contents.get(nameOf(dataset, `${spec?.dataset}_20261031.csv`));
    const dirty = new Set(
      truths.filter((t) => t.dataset === dataset && t.file.includes('20261031')).map((t) => t.row),
    );
    const rows = (content?.rows ?? []).filter((row, i) => row !== null && !dirty.has(i + 1)) as string[][];
    return rows.map((row) => new Map((spec?.fields ?? []).map((f, i) => [f.name, row[i] ?? ''])));
  };

  test.each([
    ['W', 'utilities.water_reading', 0.02],
    ['E', 'utilities.electricity_reading', 0.1],
    ['G', 'utilities.gas_reading', 0.02],
  ] as const)(
    '%s meters stand nearly still where nobody lives, and move where somebody does',
    (letter, dataset, still) => {
      const world = makeWorld(sizeOf({ seed: 11, ...OPTIONS }));
      const usage = new Map(
        lastDayRows(dataset).map((row) => [row.get('meter_no') ?? '', Number(row.get('usage'))]),
      );
      let [empty, moving, lived] = [0, 0, 0];
      for (const { index } of world.dwellings) {
        const used = usage.get(meterNo(letter, index));
        if (used === undefined) continue;
        if (presenceOn(world, index, world.size.lastDay).people === 0) {
          empty++;
          expect(used).toBeLessThanOrEqual(still);
        } else {
          lived++;
          if (used > still) moving++;
        }
      }
      expect(empty).toBeGreaterThan(5);
      expect(moving).toBeGreaterThan(lived * 0.9);
    },
  );

  test('doors are opened with the cards of those who live there, except in sublet homes and by visitors', () => {
    const world = makeWorld(sizeOf({ seed: 11, ...OPTIONS }));
    const dwellings = new Map(world.dwellings.map((d) => [houseCode(d), d.index]));
    const rows = lastDayRows('access_control.door_event');
    expect(rows.length).toBeGreaterThan(300);
    for (const row of rows) {
      const dwelling = dwellings.get(row.get('house_code') ?? '') ?? -1;
      const presence = presenceOn(world, dwelling, world.size.lastDay);
      const cards = new Set(presence.stay?.household.members.map((m) => cardNo(m.person)));
      const caretaker = presence.stay === null;
      if (row.get('is_registered') === '是')
        expect(caretaker || cards.has(row.get('card_no') ?? '')).toBe(true);
      else expect(cards.has(row.get('card_no') ?? '')).toBe(false);
    }
    const sublet = world.violations
      .filter((v) => v.kind === 'sublet')
      .map((v) => (v.stay ? houseCode(v.stay.dwelling) : ''));
    const strangers = rows.filter(
      (row) => sublet.includes(row.get('house_code') ?? '') && row.get('is_registered') === '否',
    );
    expect(strangers.length).toBeGreaterThan(0);
  });

  test('leaves a trace of every planted violation in the files', () => {
    const planted = readFileSync(join(home, 'truth/violations.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const places: Record<string, [dataset: string, part: number]> = {
      ownership: ['property.ownership', 6],
      net_signed_contract: ['property.net_signed_contract', 6],
      other_benefit: ['housing_security.other_benefit', 6],
      direct_managed_housing: ['housing_security.direct_managed_housing', 6],
      migration: ['police.migration', 6],
      subsidy: ['operations.subsidy_due', 3],
      subsidy_paid: ['operations.subsidy_due', 3],
      in_part: ['operations.subsidy_due', 3],
      left: ['operations.application', 3],
      household_member: ['operations.household_member', 6],
      contract: ['operations.contract', 4],
      arrears: ['operations.rent_due', 4],
    };
    const known = planted.filter(([, , , , , , , trace = '']) => trace in places);
    expect(known.length).toBeGreaterThan(7);
    for (const line of known) {
      const [dataset, part] = places[line[7] ?? ''] ?? ['', 0];
      const value = line[part] ?? '';
      const found = [...contents].some(
        ([name, { rows }]) => name.startsWith(`${dataset}/`) && rows.some((row) => row?.includes(value)),
      );
      expect([line[1], line[7], value, found]).toEqual([line[1], line[7], value, true]);
    }
  });
});
