import { describe, expect, test } from '@jest/globals';
import type { MaskName } from '../../domain/element.ts';
import { datasets } from '../../ingestion/contracts/index.ts';
import { fieldElement } from '../../ingestion/generate/field-element.ts';
import { packageDefinitions } from '../../pipelines/exports/definition.ts';
import { maskOfColumn } from '../../pipelines/personal-columns.ts';

const personal = datasets.flatMap((dataset) =>
  dataset.fields
    .map((field) => ({ column: field.name, mask: fieldElement(field).mask, dataset: dataset.dataset }))
    .filter(({ mask }) => mask !== 'none' && mask !== 'money'),
);

describe('the list of personal columns', () => {
  test('covers every personal field of every contract', () => {
    expect(personal.length).toBeGreaterThan(50);
    const open = personal.filter(({ column }) => maskOfColumn(column) === 'none');
    expect(open).toEqual([]);
  });

  test('masks each as strongly as its data element says', () => {
    // `hidden` shows least: it may stand for every other mask, never the other way round.
    const weaker = personal.filter(({ column, mask }) => {
      const used: MaskName = maskOfColumn(column);
      return used !== mask && used !== 'hidden' && !(mask === 'account' && used === 'id_number');
    });
    expect(weaker).toEqual([]);
  });

  test('leaves codes, places and amounts readable', () => {
    for (const name of [
      'district_name',
      'project_name',
      'enterprise_name',
      'house_code',
      'contract_no',
      'monthly_rent',
      'person_id',
    ])
      expect([name, maskOfColumn(name)]).toEqual([name, 'none']);
  });

  test('says of a package with personal columns that it is sensitive', async () => {
    for (const { name, level, columns } of await packageDefinitions()) {
      const masks = columns.map((column) => maskOfColumn(column.name));
      const least = masks.includes('id_number') ? 4 : masks.some((mask) => mask !== 'none') ? 3 : 1;
      expect([name, level >= least]).toEqual([name, true]);
    }
  });
});
