/** Employers, builders, operators: enterprises and public institutions with valid invented credit codes. */
import { day } from '../calendar.ts';
import { CITY_PREFIX, type CitySize } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import { enterpriseName, officeName, tradeAt } from './names.ts';
import { creditCode, pad } from './numbers.ts';

export interface Enterprise {
  index: number;
  creditCode: string;
  name: string;
  /** Code of `enterprise_kind`. */
  kind: string;
  /** Code of `unit_nature`. */
  nature: 'government' | 'institution' | 'state_enterprise' | 'private' | 'foreign';
  foundedOn: number;
  district: number;
  /** Whole 万元. */
  capital: number;
}

export interface Enterprises {
  all: Enterprise[];
  builders: Enterprise[];
  operators: Enterprise[];
  /** First index of the public institutions, which come last; their staff are insured as civil service (机关社保). */
  firstPublic: number;
}

const PUBLIC_COUNT = 20;

export function makeEnterprises(size: CitySize): Enterprises {
  const draw = new Draw(size.seed);
  const companies = Math.max(40, Math.round(4000 * size.scale));
  const all: Enterprise[] = [];
  for (let index = 0; index < companies + PUBLIC_COUNT; index++) {
    const isPublic = index >= companies;
    draw.at(KIND.enterprise, index);
    const district = draw.int(5);
    const trade = tradeAt(index);
    all.push({
      index,
      district,
      creditCode: creditCode(isPublic ? '12' : '91', `${CITY_PREFIX}${pad(district + 1, 2)}`, index + 1),
      name: isPublic
        ? officeName(index - companies) + (index - companies >= 10 ? '第二分部' : '')
        : enterpriseName(draw, trade, index),
      kind: isPublic ? 'employer' : kindOf(trade),
      nature: isPublic
        ? (index - companies) % 10 < 2
          ? 'government'
          : 'institution'
        : draw.weighted([
            ['private', 80],
            ['state_enterprise', 14],
            ['foreign', 6],
          ] as const),
      foundedOn: draw.between(day('1992-01-01'), day('2022-12-31')),
      capital: draw.pick([50, 100, 200, 500, 1000, 3000, 5000, 10000]),
    });
  }
  return {
    all,
    builders: all.filter((e) => e.kind === 'builder'),
    operators: all.filter((e) => e.kind === 'operator'),
    firstPublic: companies,
  };
}

function kindOf(trade: string): string {
  if (trade === '建设工程') return 'builder';
  if (trade === '置业') return 'developer';
  if (trade === '物业服务') return 'property_manager';
  if (trade === '住房租赁') return 'operator';
  return 'employer';
}
