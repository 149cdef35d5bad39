/** Divisions with the time they were in force: what a list says, what it does not, and the same in SQL. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type DivisionPeriod,
  DivisionList,
  parseDivisionPeriods,
  PROVINCES,
} from '../../../domain/division-periods.ts';
import { PROVINCE_CODES } from '../../../domain/divisions.ts';
import { certificateKind, certificateKindSql } from '../../../domain/elements/index.ts';
import { overTexts } from './engine.ts';
import { garbageTexts, validTexts } from './generators.ts';

/** 安澜县 became a district in 2015; the old 望舒县 was divided. */
const CSV = `code,name,valid_from,valid_to,successor,complete
430000,湖南省,,,,1
439921,安澜县,1980-01-01,2015-06-01,439901,
439901,安澜区,2015-06-01,,,
439922,望舒县,,1999-01-01,,
439923,早年县,,1975-01-01,,
439924,某年县,1980,1990,,
439931,甲县,,2000-01-01,439932,
439932,乙县,2000-01-01,2010-01-01,439931,
420000,湖北省,,,,
429931,丙县,,1999-01-01,,
`;
const list = new DivisionList(parseDivisionPeriods(CSV));

test.each([
  // Born while it was a county, and given the number then, or as it became a district: both may be.
  ['439921199001010017', 'known'],
  ['439901199001010017', 'known'],
  // Born when the county had been abolished for more than a year, in which registers may have gone on with its code.
  ['439921201601010017', 'known'],
  ['439921201607010017', 'ended'],
  ['439922199812310017', 'known'],
  ['439922200001010017', 'ended'],
  // Old codes stay with their holders: of 1983, abolished in 1990, and in force through that whole year as far as anybody knows.
  ['439924198305050017', 'known'],
  ['439924199112310017', 'known'],
  ['439924199201010017', 'ended'],
  // Numbers were given from 1984 on, so that of a county of before none is, whenever its holder was born.
  ['439923195001010017', 'ended'],
  ['439999199001010017', 'never'],
  // A list that does not say it is complete for the province finds nothing wrong.
  ['429931202001010017', 'unknown'],
  ['429999199001010017', 'unknown'],
  ['943124199001010012', 'unknown'],
  // Not in the list: not known, and not wrong.
  ['110105194912310021', 'unknown'],
  ['439921', 'unknown'],
])('the division of %s is %s', (id, status) => {
  expect(list.idDivision(id)).toBe(status);
});

test('a code leads to the one in force after it, if the list knows', () => {
  expect(list.current('439921', '2020-01-01')).toBe('439901');
  expect(list.current('439921', '2000-01-01')).toBe('439921');
  expect(list.current('439922', '2020-01-01')).toBe('');
  // Two that name each other end nowhere, and end.
  expect(list.current('439931', '2020-01-01')).toBe('');
});

test('the provinces are those identity numbers begin with, but for Taiwan’s permits', () => {
  expect(PROVINCES.map(({ code }) => code.slice(0, 2))).toEqual(
    PROVINCE_CODES.filter((code) => code !== '83'),
  );
  expect(PROVINCES).toHaveLength(34);
});

test.each([
  ['code,name,valid_from,valid_to\n', 'no column successor'],
  ['code,name,valid_from,valid_to,successor\n4399,甲,,,', 'line 2: 4399 is no code'],
  ['code,name,valid_from,valid_to,successor\n439901,甲,2015/6/1,,', 'line 2: a date is not'],
  ['code,name,valid_from,valid_to,successor\n439901,甲,2015-06-01,2014-06-01,', 'ends before it begins'],
  ['code,name,valid_from,valid_to,successor,complete\n439901,甲,,,,1', '439901 is no province'],
  ['code,name,valid_from,valid_to,successor,complete\n430000,湖南省,,,,yes', 'complete is yes'],
])('a list that is wrong says where: %j', (csv, message) => {
  expect(() => parseDivisionPeriods(csv)).toThrow(message);
});

test('SQL and TypeScript agree over numbers and lists', async () => {
  const year = fc.integer({ min: 1950, max: 2030 }).map(String);
  const day = fc
    .tuple(fc.integer({ min: 1950, max: 2030 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}-01`);
  const codes = ['110101', '430102', '439901', '439999', '810000'];
  const period: fc.Arbitrary<DivisionPeriod> = fc.record({
    code: fc.constantFrom(...codes),
    name: fc.constant('某地'),
    validFrom: fc.oneof(day, year, fc.constant('')),
    validTo: fc.oneof(day, year, fc.constant('')),
    successor: fc.constantFrom('', ...codes),
  });
  const province: fc.Arbitrary<DivisionPeriod> = fc.record({
    code: fc.constantFrom('110000', '430000'),
    name: fc.constant('某省'),
    validFrom: fc.constant(''),
    validTo: fc.constant(''),
    successor: fc.constant(''),
    isComplete: fc.boolean(),
  });
  const texts = [...validTexts('id_number', 300), ...codes, ...garbageTexts(50), ''];
  for (const periods of fc.sample(fc.array(fc.oneof(period, period, province), { maxLength: 12 }), 20)) {
    const one = new DivisionList(periods);
    const rows = await overTexts(texts, `${one.idDivisionSql('v')}, ${one.currentSql('v', '2020-01-01')}`);
    expect(rows).toEqual(texts.map((text) => [one.idDivision(text), one.current(text, '2020-01-01')]));
  }
});

test('the kind of a certificate is told by its form alike in SQL and TypeScript', async () => {
  const known: [string, string][] = [
    ['H12345678', 'hk_macao_permit'],
    ['810000199001010011', 'hk_macao_permit'],
    ['12345678', 'taiwan_permit'],
    ['830000199001010011', 'taiwan_permit'],
    ['USA110090010112', 'foreigner_card'],
    ['911124199001010012', 'foreigner_card'],
    ['110105194912310021', 'id_card'],
    ['军字第1234567号', 'officer_card'],
    ['E12345678', 'passport'],
    ['EA1234567', 'passport'],
    ['123', ''],
  ];
  expect(known.map(([text]) => certificateKind(text))).toEqual(known.map(([, kind]) => kind));
  const texts = [
    ...known.map(([text]) => text),
    ...(['passport_no', 'foreigner_card_no', 'military_no', 'id_number'] as const).flatMap((name) =>
      validTexts(name, 300),
    ),
    ...garbageTexts(300),
  ];
  const rows = await overTexts(texts, certificateKindSql('v'));
  expect(rows.map(([kind]) => kind)).toEqual(texts.map(certificateKind));
});
