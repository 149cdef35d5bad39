import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { landInbox } from '../../ingestion/landing/index.ts';
import { homePaths } from '../../warehouse/home.ts';
import { putInInbox, rowsOf, waterCsv } from '../support/deliveries.ts';
import { testPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await testPlatform();
});
afterAll(async () => {
  await platform.close();
});

const WATER = 'utilities.water_reading';

describe('facts (append)', () => {
  test('good rows are loaded, bad ones quarantined, repeats counted, and the numbers add up', async () => {
    const file = waterCsv([
      ['W0000001', '2026-01-01', '10.0', '1.0', '3.00'],
      ['W0000002', '2026-01-01', '20.0', '1.0', '3.00'],
      ['W0000002', '2026-01-01', '20.0', '1.0', '3.00'],
      ['', '2026-01-01', '30.0', '1.0', '3.00'],
      ['W0000004', '2026-02-30', '40.0', 'much', '3.00'],
      ['W0000005', '2026-01-01', '50.0', 'much', '3.00'],
    ]);
    await putInInbox(platform, WATER, 'water_20260102.csv', file);
    const [account] = await landInbox(platform);
    expect(account).toEqual({
      dataset: WATER,
      deliveries: 1,
      refused: 0,
      landed: 6,
      loaded: 3,
      quarantined: 2,
      deduplicated: 1,
      deleted: 0,
    });
    expect(
      await rowsOf(
        platform,
        'SELECT `表号` AS meter, toString(_row_no) AS row_no, _op, _defects, toString(_business_date) AS day FROM raw.utilities__water_reading ORDER BY _row_no',
      ),
    ).toEqual([
      { meter: 'W0000001', row_no: '1', _op: 'Insert', _defects: [], day: '2026-01-02' },
      { meter: 'W0000002', row_no: '2', _op: 'Insert', _defects: [], day: '2026-01-02' },
      { meter: 'W0000005', row_no: '6', _op: 'Insert', _defects: ['usage:format'], day: '2026-01-02' },
    ]);
    expect(
      await rowsOf(
        platform,
        'SELECT toString(row_no) AS row_no, rule, field, value FROM meta.quarantine ORDER BY row_no',
      ),
    ).toEqual([
      { row_no: '4', rule: 'required', field: 'meter_no', value: '' },
      { row_no: '5', rule: 'impossible', field: 'reading_date', value: '2026-02-30' },
    ]);
    expect(await readdir(join(homePaths(platform.config.home).inbox, 'utilities', 'water_reading'))).toEqual(
      [],
    );
  });
});
