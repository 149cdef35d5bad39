/**
 * An address as people and agencies write it, taken apart (GB/T 23705-2009): divisions, road and number, compound,
 * building, unit, floor and room, and what was not understood. Nothing is looked up: whether a district exists is the
 * business of whoever compares. One rule, in ClickHouse SQL and in TypeScript.
 */
import { upperAscii, upperAsciiSql } from '../cleaning.ts';
import { readHouseNumber, readHouseNumberSql } from '../elements/chinese-numerals.ts';
import { address } from '../elements/places.ts';
import { bound, capture, pattern, replaceInTurn, replaceInTurnSql, sqlText } from '../sql.ts';
import { type Form, HOME, PLACE, REMARK, type Role, SPELLINGS } from './words.ts';

export interface AddressParts {
  /** 省, 市, 区县, 街道 or 镇乡, 社区 or 村, as written; '' where the address leaves it out. */
  province: string;
  city: string;
  district: string;
  street: string;
  community: string;
  road: string;
  /** 门牌号 in digits: 12, 12-3, 12附3, 5弄12. */
  roadNumber: string;
  /** 小区, and whatever else stands between the road and the building. */
  compound: string;
  /** 栋, 单元, 层 (B1 below ground), 室 in digits and capitals, without the unit word. A room below 100 on a known floor is written 层 and two digits: 502. */
  building: string;
  unit: string;
  floor: string;
  room: string;
  /** Remarks in brackets and everything behind the room: said, and not understood. */
  rest: string;
}

export const ADDRESS_PARTS = [
  'province',
  'city',
  'district',
  'street',
  'community',
  'road',
  'roadNumber',
  'compound',
  'building',
  'unit',
  'floor',
  'room',
  'rest',
] as const satisfies readonly (keyof AddressParts)[];

/** ClickHouse type of `addressPartsSql`. */
export const ADDRESS_TYPE = `Tuple(${ADDRESS_PARTS.map((part) => `${part} String`).join(', ')})`;

const remark = pattern(REMARK);
const remarks = new RegExp(REMARK, 'gu');
const home = capture(HOME.source);
const place = capture(PLACE.source);

/** All groups of one role, one behind the other: at most one of them is not empty. */
const said = (form: Form, groups: string[], role: Role): string =>
  groups.filter((_, i) => form.roles[i] === role).join('');
const saidSql = (form: Form, groups: string, role: Role): string => {
  const places = form.roles.flatMap((of, i) => (of === role ? [`${groups}[${i + 1}]`] : []));
  return places.length === 1 ? (places[0] ?? '') : `concat(${places.join(', ')})`;
};

const NUMBER_PARTS = capture('^(B?)(.*?)(?:附(.*))?$');
const LEADING_ZEROS = pattern('^0+([0-9])');
const annexed = (annex: string): string => annex && `附${annex}`;
/** 十二 → 12, 附三 → 附3, 03 → 3, B一 → B1. */
function inDigits(text: string): string {
  const [sign = '', main = '', annex = ''] = NUMBER_PARTS.groups(text);
  return sign + LEADING_ZEROS.replace(readHouseNumber(main), '$1') + annexed(readHouseNumber(annex));
}
/** `texts` is an Array(String), so is the answer. */
const inDigitsSql = (texts: string): string =>
  `arrayMap(digits -> concat(digits[1], ${LEADING_ZEROS.replaceSql('digits[2]', '$1')}, if(digits[3] = '', '', concat('附', digits[3]))), ` +
  `arrayMap(written -> arrayMap(part -> ${readHouseNumberSql('part')}, ${NUMBER_PARTS.groupsSql('written')}), ${texts}))`;

const SHORT_ROOM = pattern('^[0-9]{1,2}$');
const STOREY = pattern('^[0-9]{1,3}$');
const onFloor = (floor: string, room: string): string =>
  SHORT_ROOM.test(room) && STOREY.test(floor) ? floor + room.padStart(2, '0') : room;
const onFloorSql = (floor: string, room: string): string =>
  `if(${SHORT_ROOM.testSql(room)} AND ${STOREY.testSql(floor)}, concat(${floor}, leftPad(${room}, 2, '0')), ${room})`;

/** Of any text; all parts '' for an empty one. Never throws. */
export function parseAddress(text: string): AddressParts {
  const spelled = replaceInTurn(SPELLINGS, upperAscii(address.normalise(text)));
  const plain = remark.replace(spelled, '');
  const indoors = home.groups(plain);
  const inside = (role: Role): string => inDigits(said(HOME, indoors, role));
  const outdoors = place.groups(plain.slice(0, plain.length - said(HOME, indoors, 'home').length));
  const outside = (role: Role): string => said(PLACE, outdoors, role);
  const lane = inDigits(outside('lane'));
  return {
    province: outside('province'),
    city: outside('city'),
    district: outside('district'),
    street: outside('street'),
    community: outside('community'),
    road: outside('road'),
    roadNumber: (lane && `${lane}弄`) + inDigits(outside('number')) + annexed(inDigits(outside('annex'))),
    compound: outside('compound'),
    building: inside('building'),
    unit: inside('unit'),
    floor: inside('floor'),
    room: onFloor(inside('floor'), inside('room')),
    rest: said(HOME, indoors, 'behind') + [...spelled.matchAll(remarks)].map(([all]) => all).join(''),
  };
}

const PLACE_NUMBERS = ['lane', 'number', 'annex'] as const;
const HOME_NUMBERS = ['building', 'unit', 'floor', 'room'] as const;
const NUMBERS = [...PLACE_NUMBERS, ...HOME_NUMBERS];

/** The tuple, of the names the parts of the address are bound to. */
function tupleSql(spelled: string, indoors: string, outdoors: string, numbers: string): string {
  const outside = (role: Role): string => saidSql(PLACE, outdoors, role);
  const number = (role: (typeof NUMBERS)[number]): string => `${numbers}[${NUMBERS.indexOf(role) + 1}]`;
  const marked = (part: string, before: string, after: string): string =>
    `if(${part} = '', '', concat(${sqlText(before)}, ${part}, ${sqlText(after)}))`;
  const parts: Record<keyof AddressParts, string> = {
    province: outside('province'),
    city: outside('city'),
    district: outside('district'),
    street: outside('street'),
    community: outside('community'),
    road: outside('road'),
    roadNumber: `concat(${marked(number('lane'), '', '弄')}, ${number('number')}, ${marked(number('annex'), '附', '')})`,
    compound: outside('compound'),
    building: number('building'),
    unit: number('unit'),
    floor: number('floor'),
    room: onFloorSql(number('floor'), number('room')),
    rest: `concat(${saidSql(HOME, indoors, 'behind')}, arrayStringConcat(extractAll(${spelled}, ${sqlText(`(${REMARK})`)})))`,
  };
  return `CAST(tuple(${ADDRESS_PARTS.map((part) => parts[part]).join(', ')}), '${ADDRESS_TYPE}')`;
}

/** The same of a String SQL expression: a tuple of type `ADDRESS_TYPE`. */
export function addressPartsSql(text: string): string {
  const written = replaceInTurnSql(SPELLINGS, upperAsciiSql(address.normaliseSql(text)));
  const numbersOf = (indoors: string, outdoors: string): string =>
    inDigitsSql(
      `[${[...PLACE_NUMBERS.map((role) => saidSql(PLACE, outdoors, role)), ...HOME_NUMBERS.map((role) => saidSql(HOME, indoors, role))].join(', ')}]`,
    );
  return bound('spelled', written, (spelled) =>
    bound('plain', remark.replaceSql(spelled, ''), (plain) =>
      bound('indoors', home.groupsSql(plain), (indoors) =>
        bound(
          'outdoors',
          place.groupsSql(`substring(${plain}, 1, length(${plain}) - length(${indoors}[1]))`),
          (outdoors) =>
            bound('numbers', numbersOf(indoors, outdoors), (numbers) =>
              tupleSql(spelled, indoors, outdoors, numbers),
            ),
        ),
      ),
    ),
  );
}

/** 湘安市安澜区澜台街道劳动路123号安居家园3栋1单元501室: the parts in their order with one spelling each; `rest` is left out. */
export function normalAddress(parts: AddressParts): string {
  const { floor, room } = parts;
  return [
    ...[parts.province, parts.city, parts.district, parts.street, parts.community, parts.road],
    parts.roadNumber && `${parts.roadNumber.replace('附', '号附')}号`,
    parts.compound,
    parts.building && `${parts.building}栋`,
    parts.unit && `${parts.unit}单元`,
    room === '' && floor && `${floor}层`,
    room && `${room}室`,
  ]
    .filter(Boolean)
    .join('');
}
/** The same of a tuple of `addressPartsSql` bound to a name. */
export function normalAddressSql(parts: string): string {
  const word = (part: keyof AddressParts, unit: string): string =>
    `if(${parts}.${part} = '', '', concat(${parts}.${part}, ${sqlText(unit)}))`;
  const divisions = (['province', 'city', 'district', 'street', 'community', 'road'] as const).map(
    (part) => `${parts}.${part}`,
  );
  const number = `if(${parts}.roadNumber = '', '', concat(replaceOne(${parts}.roadNumber, '附', '号附'), '号'))`;
  const floor = `if(${parts}.room = '', ${word('floor', '层')}, '')`;
  return `concat(${[...divisions, number, `${parts}.compound`, word('building', '栋'), word('unit', '单元'), floor, word('room', '室')].join(', ')})`;
}
