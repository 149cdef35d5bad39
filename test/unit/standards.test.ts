/** Every field of the standard tables is held in a column that exists, or it is said why not. */
import { expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadStandards, tablesOf } from '../../pipelines/standards/mapping.ts';

const MODELS = new URL('../../models', import.meta.url).pathname;

const properties = z.object({
  models: z
    .array(z.object({ name: z.string(), columns: z.array(z.object({ name: z.string() })).default([]) }))
    .default([]),
});

async function baseColumns(): Promise<Set<string>> {
  const names = (await readdir(join(MODELS, 'base'))).filter((name) => name.endsWith('.yml'));
  const texts = await Promise.all(names.map((name) => readFile(join(MODELS, 'base', name), 'utf8')));
  const models = texts.flatMap((text) => properties.parse(parse(text)).models);
  return new Set(
    models.flatMap(({ name, columns }) => columns.map((column) => `base.${name}.${column.name}`)),
  );
}

test('all 95 tables of CJJ/T 196 appendix A and the 19 city tables are there, field by field', async () => {
  const { fields } = await loadStandards(MODELS);
  const tables = (standard: string): number =>
    tablesOf(fields.filter((each) => each.standard === standard)).length;
  expect([tables('CJJ/T 196'), tables('city tables')]).toEqual([95, 19]);
  for (const table of tablesOf(fields))
    expect(table.map(({ ordinal }) => ordinal)).toEqual(table.map((_, i) => i + 1));
});

test('every field of the city tables has its code', async () => {
  const { fields } = await loadStandards(MODELS);
  const city = fields.filter(({ standard }) => standard === 'city tables');
  expect(city.filter(({ code }) => !/^[A-Z][A-Za-z0-9_()]*$/.test(code))).toEqual([]);
  expect(city.find(({ code }) => code === 'SQBH')?.field).toBe('申请编号');
});

test('every entity of CJJ/T 258 and of property management is there', async () => {
  const { fields } = await loadStandards(MODELS);
  const held = new Set(
    fields
      .filter(({ standard }) => standard.startsWith('CJJ/T 258'))
      .map(({ column }) => column.split('.')[1]),
  );
  for (const entity of 'area building unit dwelling owner part account deposit use ballot payment yield entry institution'.split(
    ' ',
  ))
    expect([...held]).toContain(`maintenance_fund_${entity}`);
  const managed = fields
    .filter(({ standard }) => standard.startsWith('GB/T 20299.3'))
    .map(({ column }) => column.split('.')[1]);
  for (const entity of [
    'facility',
    'facility_inspection',
    'facility_maintenance',
    'incident',
    'energy_month',
  ])
    expect(managed).toContain(entity);
});

test('a mapped column exists in the models', async () => {
  const { fields } = await loadStandards(MODELS);
  const columns = await baseColumns();
  const mapped = fields.filter(({ column }) => column !== '');
  expect(mapped.length).toBeGreaterThan(540);
  expect(mapped.filter(({ column }) => !columns.has(column))).toEqual([]);
});

test('a reason is used, and none is missing', async () => {
  const { fields, reasons } = await loadStandards(MODELS);
  expect(new Set(fields.map(({ reason }) => reason).filter((reason) => reason !== ''))).toEqual(
    new Set(reasons.keys()),
  );
});
