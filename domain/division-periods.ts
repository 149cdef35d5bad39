/**
 * Divisions (GB/T 2260) with the time each code was in force and what came after it: as data, for the standard prints the codes of
 * today and amends them. A code a list does not know, or not for that time, is `unknown`, never wrong.
 */
import { sqlText, sqlTextArray } from './sql.ts';

export interface DivisionPeriod {
  /** 2 to 12 digits; the shorter ones of GB/T 2260 are filled with zeros to six. */
  code: string;
  name: string;
  /** `YYYY-MM-DD`; '' where it was always so, or is not known. */
  validFrom: string;
  /** First day on which it is no longer in force; '' while it is. */
  validTo: string;
  /** Code in force after it; '' where it was split, or nothing is known. */
  successor: string;
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

const COLUMNS = ['code', 'name', 'valid_from', 'valid_to', 'successor'];
const CODE = /^[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?$/;
const DAY = /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?$/;

/**
 * A list from CSV with the columns code, name, valid_from, valid_to, successor, in any order, none of them quoted.
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
    const wrong = (what: string): RangeError => new RangeError(`line ${i + 2}: ${what}`);
    if (!CODE.test(code)) throw wrong(`${code} is no code of 6, 9 or 12 digits`);
    if (!DAY.test(validFrom) || !DAY.test(validTo)) throw wrong('a date is not YYYY-MM-DD');
    if (validFrom !== '' && validTo !== '' && validTo <= validFrom)
      throw wrong(`${code} ends before it begins`);
    if (successor !== '' && !CODE.test(successor)) throw wrong(`${successor} is no code`);
    return { code, name, validFrom, validTo, successor };
  });
}

/** `known`: the list has the code as in force at that time; else `unknown`. */
export type DivisionStatus = 'known' | 'unknown';

const FOREVER = '9999-12-31';

/**
 * Judges the first six digits of an identity number: they are of where its holder was registered when it was given, some day after
 * the birth. So a code that was in force on any day after the birth may be right, however long it has been abolished.
 */
export class DivisionList {
  /** By code: the day its last period ends. */
  private readonly ends = new Map<string, string>();
  private readonly byCode = new Map<string, DivisionPeriod[]>();

  constructor(periods: readonly DivisionPeriod[]) {
    for (const period of periods) {
      const end = period.validTo === '' ? FOREVER : period.validTo;
      if (end > (this.ends.get(period.code) ?? '')) this.ends.set(period.code, end);
      this.byCode.set(period.code, [...(this.byCode.get(period.code) ?? []), period]);
    }
  }

  /** Of a canonical number of 18 characters; any other text is `unknown`. */
  idDivision(id: string): DivisionStatus {
    const birth = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
    const end = this.ends.get(id.slice(0, 6)) ?? '';
    return /^[0-9]{17}[0-9X]$/.test(id) && end > birth ? 'known' : 'unknown';
  }
  /** The same as SQL; the list stands in the statement, so it is for lists of thousands, not of hundreds of thousands. */
  idDivisionSql(id: string): string {
    const birth = `concat(substring(${id}, 7, 4), '-', substring(${id}, 11, 2), '-', substring(${id}, 13, 2))`;
    const end = this.mapSql(`substring(${id}, 1, 6)`, [...this.ends]);
    return `if(match(${id}, '^[0-9]{17}[0-9X]$') AND ${end} > ${birth}, 'known', 'unknown')`;
  }

  /** Was the code in force on that day (`YYYY-MM-DD`)? */
  isInForce(code: string, day: string): boolean {
    return (this.byCode.get(code) ?? []).some(
      ({ validFrom, validTo }) => validFrom <= day && (validTo === '' || day < validTo),
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
