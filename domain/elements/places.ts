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
import { pattern } from '../sql.ts';
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
    mustMatch(
      'format',
      '^[0-9]{12}[GJZ][A-Z][0-9]{5}[FLQW][0-9]{8}$',
      'is not the 28 characters of a real-estate unit (parcel 19, fixture 9)',
    ),
    mustMatch('division', `^${PROVINCE_PATTERN}`, 'does not begin with the code of a province'),
  ],
});

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
