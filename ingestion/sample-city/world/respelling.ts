/** How an agency writes an address that another writes otherwise, and codes copied wrong: what linking dwellings has to see through. */
import { Draw, KIND } from '../random.ts';

/** Of a hundred addresses. */
const RESPELLED = 0.2;
const WRONG_CODE = 0.01;
const MISSING_CODE = 0.03;

const NUMERALS = [...'零一二三四五六七八九十'];
const inCharacters = (text: string): string => NUMERALS[Number(text)] ?? text;
const fullWidth = (text: string): string =>
  text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

/** 3栋1单元501室 behind everything else. */
const HOME = /(\d+)栋(?:(\d+)单元)?(\d+)室$/;
const spelled =
  (as: (building: string, unit: string | undefined, room: string) => string) => (address: string) =>
    address.replace(HOME, (_all, building: string, unit: string | undefined, room: string) =>
      as(building, unit, room),
    );
const withUnit = (unit: string | undefined, word = '单元'): string => (unit === undefined ? '' : unit + word);

const WAYS: readonly ((address: string) => string)[] = [
  (address) => address.replace('湘安市', ''),
  (address) => `湖南省${address}`,
  (address) => address.replace(/[^区]{2}街道/, ''),
  (address) => address.replace(/[^区]{2}街道/, '').replace('湘安市', ''),
  spelled((building, unit, room) => `${building}幢${withUnit(unit)}${room}`),
  spelled((building, unit, room) => `${building}号楼${withUnit(unit, '门')}${room}房`),
  spelled((building, unit, room) => `${building}#${withUnit(unit, '单元')}${room}`),
  spelled((building, unit, room) =>
    unit === undefined ? `${building}-${room}室` : `${building}-${unit}-${room}`,
  ),
  spelled(
    (building, unit, room) =>
      `第${inCharacters(building)}栋${unit === undefined ? '' : `${inCharacters(unit)}单元`}${room}室`,
  ),
  spelled((building, unit, room) => `${building} 栋 ${withUnit(unit)} ${room} 室（产权面积以测绘为准）`),
  fullWidth,
  // The compound alone, where there is one: 安居家园3栋1单元501室.
  (address) => address.replace(/街道[^0-9]+\d+号(?=\D)(?!\d+栋)/, '街道'),
];

/** `salt` tells data sets apart: each writes in its own way. */
export class Respelling {
  private readonly draw: Draw;

  constructor(
    seed: number,
    private readonly salt: number,
  ) {
    this.draw = new Draw(seed);
  }

  private at = (index: number): Draw => this.draw.at(KIND.respelling, this.salt * 20_000_000 + index);

  address(index: number, address: string): string {
    const draw = this.at(index);
    return draw.chance(RESPELLED) ? draw.pick(WAYS)(address) : address;
  }
  /** One of the last four digits is another one. */
  houseCode(index: number, code: string): string {
    const draw = this.at(index + 10_000_000);
    if (!draw.chance(WRONG_CODE)) return code;
    const place = code.length - 1 - draw.int(4);
    const digit = (Number(code.charAt(place)) + draw.between(1, 9)) % 10;
    return code.slice(0, place) + digit + code.slice(place + 1);
  }
  unitCode = (index: number, code: string): string =>
    this.at(index + 10_000_000).chance(MISSING_CODE) ? '' : code;
}
