/** What a profile says of a file before its values are looked at: the form of its table, the words of its titles. */
import { describe, expect, test } from '@jest/globals';
import type { Dataset } from '../../ingestion/contract.ts';
import { datasets } from '../../ingestion/contracts/index.ts';
import { fieldDictionary } from '../../ingestion/profile/dictionary.ts';
import { proposedName } from '../../ingestion/profile/index.ts';
import { standardNames } from '../../ingestion/profile/naming.ts';
import { sniffTable } from '../../ingestion/profile/sniff-table.ts';

describe('the form of a table', () => {
  const rows = Array.from({ length: 20 }, (_, i) => [
    `甲${i}`,
    `2024-01-${String(i + 1).padStart(2, '0')}`,
    `${i}.5`,
  ]);
  const text = (delimiter: string, ...above: string[][]) =>
    [...above, ...rows].map((row) => row.join(delimiter)).join('\n');

  test.each([',', '\t', ';', '|'])('is found whatever stands between the cells (%j)', (delimiter) => {
    expect(sniffTable(text(delimiter, ['名称', '日期', '数']), true)).toEqual({
      ...{ above: [], isJoined: false, isQuoted: true },
      delimiter,
      headerRows: 1,
      header: ['名称', '日期', '数'],
    });
  });
  test.each(['|@|', '||', '^|^', '@@@@', '\u0001\u0002'])('of several characters (%j)', (delimiter) => {
    const withGaps = rows.map(([name = '', day = '', number = ''], i) => [
      i % 3 === 0 ? '' : name,
      day,
      '',
      number,
    ]);
    const lines = [['名称', '日期', '邮箱', '数'], ...withGaps, ['x', '2024-01-01', 'a@b.cn', '1']];
    expect(sniffTable(lines.map((cells) => cells.join(delimiter)).join('\n'), true)).toMatchObject({
      ...{ delimiter, isQuoted: false, headerRows: 1, header: ['名称', '日期', '邮箱', '数'] },
    });
  });
  test('empty cells side by side make no longer delimiter', () => {
    const lines = ['a|b|c|d', ...rows.map(([name = '', , number = '']) => `${name}|||${number}`)];
    expect(sniffTable(lines.join('\n'), true)).toMatchObject({ delimiter: '|', isQuoted: true });
  });
  test('names in two languages, and none at all', () => {
    expect(sniffTable(text(',', ['名称', '日期', '数'], ['name', 'day', 'number']), true).headerRows).toBe(2);
    expect(sniffTable(text(','), true).headerRows).toBe(0);
  });
  test('a comma inside texts does not outvote the delimiter that every line has', () => {
    expect(sniffTable('名称;备注\n甲;一,二,三\n乙;四\n丙;五,六\n', true).delimiter).toBe(';');
  });
});

test('a name of ours is given only where several contracts mean the same by the word', () => {
  const dictionary = fieldDictionary(datasets);
  expect(dictionary.get('登记日期')).toBeUndefined();
  expect(dictionary.get('证件号码')).toMatchObject({ name: 'id_number' });
  expect(dictionary.get('建筑面积')).toMatchObject({ name: 'floor_area' });
  const [first] = datasets;
  const words = (all: Dataset[]) => [...fieldDictionary(all)].length;
  expect(first && words([first])).toBe(0);
  expect(first && words([first, first])).toBe(first?.fields.length);
  expect(first && words([first, { ...first, state: 'draft' }])).toBe(0);
});

test('names come from our own contracts, else from Latin titles, else from the place, and are unique', () => {
  const dictionary = new Map([['身份证号码', { name: 'id_number', element: 'id_number' as const }]]);
  expect(
    standardNames(
      ['身份证号码', '身份证号码（配偶）', '户型', 'No. of Blocks', 'valid_from', 'n_x', '1st'],
      dictionary,
    ),
  ).toEqual([
    'id_number',
    'id_number_2',
    'column_03',
    'no_of_blocks',
    'valid_from_2',
    'column_n_x',
    'column_1st',
  ]);
  expect([proposedName('2024年 rent list.csv'), proposedName('租金.csv'), proposedName('2024.csv')]).toEqual([
    'file_2024_rent_list',
    'file',
    'file_2024',
  ]);
});
