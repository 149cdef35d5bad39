/**
 * Divisions (GB/T 2260) with the time each code was in force and what came after it: as data, for the standard prints the codes of
 * today and amends them. A code a list does not know is `unknown`, never wrong, but where the list says that it has every code its
 * province ever had.
 */
import { bound, sqlText, sqlTextArray } from './sql.ts';

export interface DivisionPeriod {
  /** 2 to 12 digits; the shorter ones of GB/T 2260 are filled with zeros to six. */
  code: string;
  name: string;
  /** `YYYY-MM-DD`, or `YYYY` where only the year is known; '' where it was always so, or is not known. */
  validFrom: string;
  /** First day on which it is no longer in force, or the year in which it ceased to be; '' while it is. */
  validTo: string;
  /** Code in force after it; '' where it was split, or nothing is known. */
  successor: string;
  /** Of a province's own code: the list has every code of the province there ever was, so that any other is none. */
  isComplete?: boolean;
}

/** The provinces; those that came later with the day they began to exist. */
export const PROVINCES: readonly DivisionPeriod[] = (
  [
    ['110000', '北京市'],
    ['120000', '天津市'],
    ['130000', '河北省'],
    ['140000', '山西省'],
    ['150000', '内蒙古自治区'],
    ['210000', '辽宁省'],
    ['220000', '吉林省'],
    ['230000', '黑龙江省'],
    ['310000', '上海市'],
    ['320000', '江苏省'],
    ['330000', '浙江省'],
    ['340000', '安徽省'],
    ['350000', '福建省'],
    ['360000', '江西省'],
    ['370000', '山东省'],
    ['410000', '河南省'],
    ['420000', '湖北省'],
    ['430000', '湖南省'],
    ['440000', '广东省'],
    ['450000', '广西壮族自治区'],
    ['460000', '海南省', '1988-04-13'],
    ['500000', '重庆市', '1997-03-14'],
    ['510000', '四川省'],
    ['520000', '贵州省'],
    ['530000', '云南省'],
    ['540000', '西藏自治区'],
    ['610000', '陕西省'],
    ['620000', '甘肃省'],
    ['630000', '青海省'],
    ['640000', '宁夏回族自治区'],
    ['650000', '新疆维吾尔自治区'],
    ['710000', '台湾省'],
    ['810000', '香港特别行政区', '1997-07-01'],
    ['820000', '澳门特别行政区', '1999-12-20'],
  ] as const
).map(([code, name, validFrom = '']) => ({ code, name, validFrom, validTo: '', successor: '' }));

/** The column `complete` may be missing: then the list says so of no province. */
const COLUMNS = ['code', 'name', 'valid_from', 'valid_to', 'successor'];
const CODE = /^[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?$/;
const DAY = /^(?:[0-9]{4}(?:-[0-9]{2}-[0-9]{2})?)?$/;
const PROVINCE = /^[0-9]{2}0000$/;

/**
 * A list from CSV with the columns code, name, valid_from, valid_to, successor and perhaps complete (1 or 是), in any order, none of them quoted.
 * Throws a `RangeError` that names the line and what is wrong with it.
 */
export function parseDivisionPeriods(csv: string): DivisionPeriod[] {
  const [head = '', ...lines] = csv
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/);
  const titles = head.split(',').map((title) => title.trim());
  const places = COLUMNS.map((column) => titles.indexOf(column));
  const missing = COLUMNS.filter((_, i) => places[i] === -1);
  if (missing.length > 0) throw new RangeError(`line 1: no column ${missing.join(', ')}`);
  return lines.map((line, i) => {
    const cells = line.split(',').map((cell) => cell.trim());
    const [code = '', name = '', validFrom = '', validTo = '', successor = ''] = places.map(
      (at) => cells[at],
    );
    const said = cells[titles.indexOf('complete')] ?? '';
    const wrong = (what: string): RangeError => new RangeError(`line ${i + 2}: ${what}`);
    if (!CODE.test(code)) throw wrong(`${code} is no code of 6, 9 or 12 digits`);
    if (!DAY.test(validFrom) || !DAY.test(validTo)) throw wrong('a date is not YYYY-MM-DD or YYYY');
    if (validFrom !== '' && validTo !== '' && dayOfEnd(validTo) <= dayOfStart(validFrom))
      throw wrong(`${code} ends before it begins`);
    if (successor !== '' && !CODE.test(successor)) throw wrong(`${successor} is no code`);
    const isComplete = said === '1' || said === '是';
    if (!isComplete && !['', '0', '否'].includes(said)) throw wrong(`complete is ${said}, not 1 or empty`);
    if (isComplete && !PROVINCE.test(code)) throw wrong(`${code} is no province: only that may be complete`);
    return { code, name, validFrom, validTo, successor, ...(isComplete && { isComplete }) };
  });
}

/**
 * `known`: the code was in force on some day the number can have been given. `ended`: it was in force only before. `never`: there was
 * no such division. `unknown`: the list does not say; `ended` and `never` are said only of provinces it is complete for.
 */
export const DIVISION_STATUSES = ['known', 'ended', 'never', 'unknown'] as const;
export type DivisionStatus = (typeof DIVISION_STATUSES)[number];

const FOREVER = '9999-12-31';
/** Of a year alone the doubt is in the code's favour: in force from its first day to its last. */
const dayOfStart = (text: string): string => (text.length === 4 ? `${text}-01-01` : text);
const dayOfEnd = (text: string): string =>
  text.length === 4 ? `${String(Number(text) + 1).padStart(4, '0')}-01-01` : text;

/** The first numbers were given in 1984 (居民身份证试行条例, 6 April 1984), whenever their holders were born. */
const FIRST_NUMBERS = '1984-04-06';
/** Registers went on with an old code for a while: years a number may still have been given with one that had ended. */
const YEARS_IN_USE = 1;

/** First day on which no number is given any more with a code that ends so; a day no birth reaches where it does not end. */
export const lastGiven = (validTo: string): string => {
  if (validTo === '') return FOREVER;
  const end = dayOfEnd(validTo);
  return `${String(Number(end.slice(0, 4)) + YEARS_IN_USE).padStart(4, '0')}${end.slice(4)}`;
};

const ID = '^[1-8][0-9]{16}[0-9X]$';

/**
 * The verdict of `DivisionList.idDivision` over SQL expressions, for whoever has the list in a table.
 * @param codes Array(String) of the codes, and `ends` of the last day each was given (`lastGiven`), '' never among them
 * @param complete Array(String) of the provinces the list is complete for, as six digits
 */
export function idDivisionStatusSql(
  id: string,
  { codes, ends, complete }: { codes: string; ends: string; complete: string },
): string {
  const birth = `concat(substring(${id}, 7, 4), '-', substring(${id}, 11, 2), '-', substring(${id}, 13, 2))`;
  const end = `transform(substring(${id}, 1, 6), ${codes}, ${ends}, '')`;
  return bound('until', end, (until) =>
    bound(
      'is_complete',
      `has(${complete}, concat(substring(${id}, 1, 2), '0000'))`,
      (isComplete) =>
        `multiIf(NOT match(${id}, '${ID}'), 'unknown', ${until} > greatest(${birth}, '${FIRST_NUMBERS}'), 'known', ` +
        `NOT ${isComplete}, 'unknown', ${until} = '', 'never', 'ended')`,
    ),
  );
}

/**
 * Judges the first six digits of an identity number: they are of where its holder was registered when it was given, some day after
 * the birth, and stay with the holder. So a code that was in force on any such day is right, however long it has been abolished.
 */
export class DivisionList {
  /** By code: from which day on no number is given with it. */
  private readonly ends = new Map<string, string>();
  private readonly byCode = new Map<string, DivisionPeriod[]>();
  private readonly complete = new Set<string>();

  constructor(periods: readonly DivisionPeriod[]) {
    for (const period of periods) {
      const end = lastGiven(period.validTo);
      if (end > (this.ends.get(period.code) ?? '')) this.ends.set(period.code, end);
      this.byCode.set(period.code, [...(this.byCode.get(period.code) ?? []), period]);
      if (period.isComplete === true) this.complete.add(period.code);
    }
  }

  /** Of a canonical number of 18 characters; any other text, and a foreigner's card, is `unknown`. */
  idDivision(id: string): DivisionStatus {
    if (!new RegExp(ID, 'u').test(id)) return 'unknown';
    const birth = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
    const end = this.ends.get(id.slice(0, 6)) ?? '';
    if (end > (birth > FIRST_NUMBERS ? birth : FIRST_NUMBERS)) return 'known';
    if (!this.complete.has(`${id.slice(0, 2)}0000`)) return 'unknown';
    return end === '' ? 'never' : 'ended';
  }
  /** The same as SQL; the list stands in the statement, so it is for lists of thousands, not of hundreds of thousands. */
  idDivisionSql(id: string): string {
    const texts = (list: Iterable<string>): string => `CAST(${sqlTextArray([...list])}, 'Array(String)')`;
    // Of an empty list there is nothing to transform from.
    const ends = this.ends.size > 0 ? this.ends : new Map([['', '']]);
    return idDivisionStatusSql(id, {
      codes: texts(ends.keys()),
      ends: texts(ends.values()),
      complete: texts(this.complete),
    });
  }

  /** Was the code in force on that day (`YYYY-MM-DD`)? */
  isInForce(code: string, day: string): boolean {
    return (this.byCode.get(code) ?? []).some(
      ({ validFrom, validTo }) => dayOfStart(validFrom) <= day && (validTo === '' || day < dayOfEnd(validTo)),
    );
  }

  /** The code in force on that day for what was once this one, '' where the list does not lead there. */
  current(code: string, day: string): string {
    const seen = new Set<string>();
    for (let at = code; at !== '' && !seen.has(at);) {
      if (this.isInForce(at, day)) return at;
      seen.add(at);
      at = this.byCode.get(at)?.find(({ successor }) => successor !== '')?.successor ?? '';
    }
    return '';
  }
  /** The same as SQL, the day fixed. */
  currentSql(code: string, day: string): string {
    return this.mapSql(
      code,
      [...this.byCode.keys()].map((each) => [each, this.current(each, day)]),
    );
  }

  private mapSql(code: string, pairs: (readonly [string, string])[]): string {
    if (pairs.length === 0) return sqlText('');
    const [from, to] = [pairs.map(([each]) => each), pairs.map(([, each]) => each)];
    return `transform(${code}, ${sqlTextArray(from)}, ${sqlTextArray(to)}, '')`;
  }
}
