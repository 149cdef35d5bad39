/** Addresses as they are written, in TypeScript and in ClickHouse. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ADDRESS_PARTS,
  type AddressParts,
  addressPartsSql,
  normalAddress,
  normalAddressSql,
  parseAddress,
} from '../../../domain/address/index.ts';
import { organisationCore, organisationCoreSql } from '../../../domain/elements/index.ts';
import { bound } from '../../../domain/sql.ts';
import { overTexts } from './engine.ts';
import { LONG_TEXTS } from './generators.ts';

const HOME = { building: '3', unit: '1', room: '501' };
const ESTATE = { compound: '安居家园', ...HOME };
const ON_ROAD = { district: '安澜区', road: '劳动路', roadNumber: '123' };

const written: [string, Partial<AddressParts>][] = [
  [
    '湘安市安澜区澜台街道劳动路123号安居家园3栋1单元501室',
    { city: '湘安市', street: '澜台街道', ...ON_ROAD, ...ESTATE },
  ],
  [
    '湖南省湘安市安澜区澜台街道办事处和园社区居委会劳动路１２３号安居家园３号楼一单元五〇一',
    {
      province: '湖南省',
      city: '湘安市',
      street: '澜台街道',
      community: '和园社区',
      ...ON_ROAD,
      ...ESTATE,
    },
  ],
  ['安居家园3-1-501', ESTATE],
  ['安居家园 3 幢 1 门 501 房', ESTATE],
  ['安居家园第三栋第一单元5楼1号', { ...ESTATE, floor: '5' }],
  ['安居家园3—501室', { ...ESTATE, unit: '' }],
  ['安澜区劳动路123#5#1203', { ...ON_ROAD, building: '5', room: '1203' }],
  [
    '海棠苑（A区）三幢二单元十二楼3号（原阀门厂宿舍）',
    {
      compound: '海棠苑A区',
      building: '3',
      unit: '2',
      floor: '12',
      room: '1203',
      rest: '(原阀门厂宿舍)',
    },
  ],
  [
    '云麓区五一大道12-3号附5号6座804房',
    { district: '云麓区', road: '五一大道', roadNumber: '12-3附5', building: '6', room: '804' },
  ],
  ['五一路一百二十号', { road: '五一路', roadNumber: '120' }],
  ['人民路12号之三2门301', { road: '人民路', roadNumber: '12附3', unit: '2', room: '301' }],
  ['幸福小区二期12号楼2-1801', { compound: '幸福小区2期', building: '12', unit: '2', room: '1801' }],
  ['漕溪北路12弄5号302室', { road: '漕溪北路', roadNumber: '12弄5', room: '302' }],
  [
    '石桥县白马镇红星村3组12号',
    { district: '石桥县', street: '白马镇', community: '红星村', compound: '3组12号' },
  ],
  ['书香大道217号公房5室', { road: '书香大道', roadNumber: '217', compound: '公房', room: '5' }],
  ['青年公寓A-1栋负一层3号', { compound: '青年公寓', building: 'A1', floor: 'B1', room: '3' }],
  ['安居里3栋1204室北侧', { compound: '安居里', building: '3', room: '1204', rest: '北侧' }],
  ['安居家园3栋1单元501附1室两室一厅', { ...ESTATE, room: '501附1', rest: '两室一厅' }],
  ['内蒙古自治区呼和浩特市新城区', { province: '内蒙古自治区', city: '呼和浩特市', district: '新城区' }],
  ['暂无', {}],
];

const nothing = Object.fromEntries(ADDRESS_PARTS.map((part) => [part, ''])) as unknown as AddressParts;

test.each(written)('%s', (text, parts) => {
  expect(parseAddress(text)).toEqual({ ...nothing, ...parts });
});

test('what is left out, said twice or spelled otherwise does not change the normal form of what is said', () => {
  const normal = (text: string): string => normalAddress(parseAddress(text));
  expect(normal('安居家园3-1-501')).toBe('安居家园3栋1单元501室');
  expect(normal('安居家园三幢一单元５０１房')).toBe('安居家园3栋1单元501室');
  expect(normal('劳动路123号 5#（旧）12楼')).toBe('劳动路123号5栋12层');
  for (const [text] of written) {
    // The normal form reads as the same parts, remarks apart.
    const { rest: _rest, floor: _floor, ...parts } = parseAddress(text);
    expect(parseAddress(normal(text))).toMatchObject(parts);
  }
});

const pieces = [
  ...['湖南省', '湘安市', '安澜区', '石桥县', '澜台街道', '白马镇', '和园社区', '居委会', '红星村', '小区'],
  ...['劳动路', '五一大道', '弄', '巷', '号', '附', '之', '院', '安居家园', '海棠苑', 'A区', '(B区)', '二期'],
  ...[
    '栋',
    '幢',
    '座',
    '号楼',
    '#',
    '单元',
    '门',
    '层',
    '楼',
    '室',
    '房',
    'F',
    '第',
    '-',
    '—',
    '（注）',
    ' ',
  ],
  ...[
    '1',
    '3',
    '12',
    '501',
    '1203',
    '一',
    '十二',
    '五〇一',
    '一百零三',
    'A',
    '０３',
    '负一',
    '𠮷',
    '市场',
    '联盟',
  ],
];
const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''));
const mangled = fc
  .tuple(fc.constantFrom(...written.map(([text]) => text)), fc.nat(60), soup)
  .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at));

describe('the same in TypeScript and in ClickHouse', () => {
  test.each(['enable', 'force_enable'])('lazy evaluation: %s', async (lazy) => {
    const texts = [
      ...written.map(([text]) => text),
      ...fc.sample(fc.oneof(soup, mangled, fc.string({ unit: 'grapheme', maxLength: 30 })), {
        seed: 20,
        numRuns: 4_000,
      }),
      ...LONG_TEXTS,
    ];
    const parts = (source: string): string =>
      bound('parts', addressPartsSql(source), (p) => `(${p}, ${normalAddressSql(p)})`);
    const rows = await overTexts(
      texts,
      `${ADDRESS_PARTS.map((part) => `both.1.${part}`).join(', ')}, both.2`,
      (source) => `(SELECT i, ${parts('v')} AS both FROM ${source})`,
      `short_circuit_function_evaluation = '${lazy}'`,
    );
    const different = texts.flatMap((text, i) => {
      const ours = parseAddress(text);
      const expected = [...ADDRESS_PARTS.map((part) => ours[part]), normalAddress(ours)];
      return JSON.stringify(rows[i]) === JSON.stringify(expected)
        ? []
        : [{ text, sql: rows[i], ts: expected }];
    });
    expect(rows).toHaveLength(texts.length);
    expect(different.slice(0, 5)).toEqual([]);
  });
});

test('names of organisations are compared alike in TypeScript and in ClickHouse', async () => {
  const words = [
    '湖南省',
    '湘安市',
    '湘安',
    '(湘安)',
    '恒盛',
    '置业',
    '有限责任公司',
    '有限公司',
    '第一分公司',
    '市场',
    '·',
    '（',
    ' ',
  ];
  const names = fc.sample(
    fc.array(fc.constantFrom(...words), { maxLength: 7 }).map((parts) => parts.join('')),
    { seed: 7, numRuns: 1_000 },
  );
  const rows = await overTexts(names, organisationCoreSql('v'));
  expect(rows.map(([core]) => core)).toEqual(names.map(organisationCore));
  expect(
    ['湖南省湘安市恒盛置业有限责任公司', '湘安恒盛置业有限公司', '湘安市恒盛置业（有限）公司'].map(
      organisationCore,
    ),
  ).toEqual(['湘安恒盛置业有限公司', '湘安恒盛置业有限公司', '湘安恒盛置业有限公司']);
  expect(organisationCore('湘安恒盛置业有限公司第一分公司')).not.toBe(
    organisationCore('湘安恒盛置业有限公司'),
  );
});
