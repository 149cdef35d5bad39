/** Elements that say where something is. */
import {
  clean,
  cleanSql,
  compact,
  compactSql,
  nothingToEmpty,
  nothingToEmptySql,
  withoutSpaces,
  withoutSpacesSql,
} from '../cleaning.ts';
import { PROVINCE_PATTERN } from '../divisions.ts';
import { defineElement } from '../element.ts';
import { bound, pattern } from '../sql.ts';
import { asText, mustMatch, mustNotExceed } from './check.ts';

const ZERO_DECIMALS = pattern('[.]0+$');

export const divisionCode = defineElement<string>({
  name: 'division_code',
  zh: '行政区划代码',
  standard: 'GB/T 2260, GB/T 10114',
  level: 1,
  mask: 'none',
  ...asText,
  normalise: (raw) => ZERO_DECIMALS.replace(compact(raw), ''),
  normaliseSql: (raw) => ZERO_DECIMALS.replaceSql(compactSql(raw), ''),
  checks: [
    mustMatch(
      'format',
      '^[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?$',
      'is not a division code of 6, 9 or 12 digits',
    ),
    mustMatch('division', `^${PROVINCE_PATTERN}`, 'does not begin with the code of a province'),
  ],
});

const UNIT_SEPARATORS = pattern('[-_]+');
const UNIT_FORMAT = '^[0-9]{12}[GJZ][A-Z][0-9]{5}[FLQW][0-9]{8}$';
const UNIT_CODE = pattern(UNIT_FORMAT);

export const realEstateUnitCode = defineElement<string>({
  name: 'real_estate_unit_code',
  zh: '不动产单元号',
  standard: 'GB/T 37346-2019',
  level: 2,
  mask: 'none',
  ...asText,
  normalise: (raw) => UNIT_SEPARATORS.replace(compact(raw), ''),
  normaliseSql: (raw) => UNIT_SEPARATORS.replaceSql(compactSql(raw), ''),
  checks: [
    mustMatch('format', UNIT_FORMAT, 'is not the 28 characters of a real-estate unit (parcel 19, fixture 9)'),
    mustMatch('division', `^${PROVINCE_PATTERN}`, 'does not begin with the code of a province'),
  ],
});

/** The levels of a unit code, GB/T 37346-2019 4.1. Right in land (G 国有, J 集体, Z 不明) and kind of use stand in `parcelFeature`. */
export interface RealEstateUnitParts {
  /** 县级行政区划, 6 digits. */
  county: string;
  /** 地籍区, 3 digits; 地籍子区, 3 digits. */
  cadastralZone: string;
  cadastralSubzone: string;
  /** 宗地（宗海）特征码, 2 letters; 宗地顺序号, 5 digits. */
  parcelFeature: string;
  parcelNumber: string;
  /** 定着物特征码: F building, L forest, Q other, W none; its number, 8 digits. */
  fixtureFeature: string;
  fixtureNumber: string;
}

const UNIT_PARTS: readonly (readonly [keyof RealEstateUnitParts, number, number])[] = [
  ['county', 0, 6],
  ['cadastralZone', 6, 3],
  ['cadastralSubzone', 9, 3],
  ['parcelFeature', 12, 2],
  ['parcelNumber', 14, 5],
  ['fixtureFeature', 19, 1],
  ['fixtureNumber', 20, 8],
];

/** The parts of a normalised code without a defect; null for any other text. */
export function realEstateUnitParts(code: string): RealEstateUnitParts | null {
  if (!UNIT_CODE.test(code)) return null;
  const parts = UNIT_PARTS.map(([name, from, length]) => [name, code.slice(from, from + length)]);
  return Object.fromEntries(parts) as unknown as RealEstateUnitParts;
}
/** A `Tuple(county String, cadastralZone String, …)`; of empty texts where it is no code. */
export function realEstateUnitPartsSql(x: string): string {
  const code = `if(${UNIT_CODE.testSql(x)}, ${x}, '')`;
  const type = UNIT_PARTS.map(([name]) => `${name} String`).join(', ');
  return bound('code', code, (text) => {
    const parts = UNIT_PARTS.map(([, from, length]) => `substring(${text}, ${from + 1}, ${length})`);
    return `CAST(tuple(${parts.join(', ')}), 'Tuple(${type})')`;
  });
}

export const houseCode = defineElement<string>({
  name: 'house_code',
  zh: '房屋编码',
  standard: 'JGJ/T 246',
  level: 2,
  mask: 'none',
  ...asText,
  normalise: compact,
  normaliseSql: compactSql,
  checks: [
    mustMatch('format', '^[A-Z0-9_-]{4,64}$', 'is not a house code of 4 to 64 letters, digits, _ and -'),
  ],
});

export const address = defineElement<string>({
  name: 'address',
  zh: '地址',
  standard: 'GB/T 23705',
  level: 3,
  mask: 'address',
  ...asText,
  normalise: (raw) => nothingToEmpty(withoutSpaces(clean(raw))),
  normaliseSql: (raw) => nothingToEmptySql(withoutSpacesSql(cleanSql(raw))),
  checks: [mustNotExceed(300)],
});
