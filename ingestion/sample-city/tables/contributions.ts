/** Social insurance (企业, 机关) and housing fund (市直, 省直): the accounts, and what is paid into them each month. */
import type { Dataset } from '../../contract.ts';
import { housingFundMunicipalBasic } from '../../contracts/housing-fund/municipal-basic.ts';
import { housingFundMunicipalPayment } from '../../contracts/housing-fund/municipal-payment.ts';
import { housingFundProvincialBasic } from '../../contracts/housing-fund/provincial-basic.ts';
import { housingFundProvincialPayment } from '../../contracts/housing-fund/provincial-payment.ts';
import { socialInsuranceCivilBasic } from '../../contracts/social-insurance/civil-basic.ts';
import { socialInsuranceCivilPayment } from '../../contracts/social-insurance/civil-payment.ts';
import { socialInsuranceEnterpriseBasic } from '../../contracts/social-insurance/enterprise-basic.ts';
import { socialInsuranceEnterprisePayment } from '../../contracts/social-insurance/enterprise-payment.ts';
import { dayText, firstDayOf, monthText, NEVER } from '../calendar.ts';
import type { Stream } from '../deliver/streams.ts';
import type { Table } from '../deliver/tables.ts';
import { Draw, KIND } from '../random.ts';
import type { World } from '../world/index.ts';
import { pad } from '../world/numbers.ts';
import { NO_JOB } from '../world/people.ts';
import { withSlips } from './slips.ts';
import { withUnitSlips } from './unit-slips.ts';

type Account = {
  payer: 'enterprise' | 'civil' | 'municipal' | 'provincial';
  prefix: string;
  basic: Dataset;
  payment: Dataset;
};

const INSURANCE: Account[] = [
  {
    payer: 'enterprise',
    prefix: 'SBQ',
    basic: socialInsuranceEnterpriseBasic,
    payment: socialInsuranceEnterprisePayment,
  },
  { payer: 'civil', prefix: 'SBJ', basic: socialInsuranceCivilBasic, payment: socialInsuranceCivilPayment },
];
const FUND: Account[] = [
  {
    payer: 'municipal',
    prefix: 'GJS',
    basic: housingFundMunicipalBasic,
    payment: housingFundMunicipalPayment,
  },
  {
    payer: 'provincial',
    prefix: 'GJP',
    basic: housingFundProvincialBasic,
    payment: housingFundProvincialPayment,
  },
];
const MONTHS_APART = 64;
const PAY_DAY = 14;

/** The monthly wage in whole yuan, as of that day: planted tenants earn far more than they declared. */
function wageOn(world: World, person: number, on: number): number {
  const raise = world.raises.get(person);
  return raise && raise.since <= on ? raise.wage : world.people.wage(person);
}

/** Who has the account. All employed are insured; two in three enterprises' staff and all civil servants have a fund. */
function holders(world: World, payer: Account['payer']): number[] {
  const { people, enterprises } = world;
  const found: number[] = [];
  for (let person = 0; person < people.count; person++) {
    const employer = people.employer(person);
    if (employer === NO_JOB) continue;
    const civil = employer >= enterprises.firstPublic;
    const provincial = civil && person % 3 === 0;
    const wanted =
      payer === 'enterprise'
        ? !civil
        : payer === 'civil'
          ? civil
          : payer === 'provincial'
            ? provincial
            : !provincial && (civil || person % 3 !== 1);
    if (wanted) found.push(person);
  }
  return found;
}

/** Four in a hundred have lost the job lately; who was planted with a high wage has not. The dead pay nothing. */
export function leftOn(world: World, draw: Draw, person: number): number {
  const died = world.deaths.get(person);
  if (died !== undefined) return died;
  draw.at(KIND.insurance, person);
  return draw.chance(0.04) && !world.raises.has(person) ? world.size.lastDay - draw.between(5, 200) : NEVER;
}

const isPlanted = (world: World, person: number | undefined): boolean => {
  const household = world.people.household(person ?? -1);
  return world.byHousehold.has(household) || world.gone.households.has(household);
};
const agency = (payer: Account['payer'], person: number): string =>
  payer === 'provincial'
    ? '省直管理部'
    : payer === 'municipal'
      ? `湘安管理部${(person % 5) + 1}部`
      : `湘安市社保经办${(person % 5) + 1}所`;

function basic(
  world: World,
  account: Account,
  states: { paying: string; left: string },
  salt: number,
): Table {
  const { people, enterprises } = world;
  const rows = holders(world, account.payer);
  const draw = new Draw(world.size.seed);
  const insurance = account.payer === 'enterprise' || account.payer === 'civil';
  const table: Table = {
    dataset: account.basic,
    count: rows.length,
    protect: (i) => isPlanted(world, rows[i]),
    row(i, asOf) {
      const person = rows[i];
      const unit = person === undefined ? undefined : enterprises.all[people.employer(person)];
      if (person === undefined || !unit || people.insuredSince(person) > asOf) return null;
      const left = leftOn(world, draw, person) <= asOf;
      const state = left ? states.left : states.paying;
      const base = wageOn(world, person, asOf).toFixed(2);
      const opened = dayText(people.insuredSince(person));
      const head = [
        `${account.prefix}${pad(person + 1, 10)}`,
        people.name(person),
        people.idNumber(person),
        state,
        unit.name,
        unit.creditCode,
        unit.nature,
      ];
      return insurance
        ? [...head, agency(account.payer, person), base, opened]
        : [...head, base, agency(account.payer, person), opened];
    },
  };
  const fields = { number: 'id_number', name: 'person_name' };
  const ofUnits = withUnitSlips(world, table, salt, (i) => enterprises.all[people.employer(rows[i] ?? -1)]);
  return withSlips(world, ofUnits, { salt, mayMiss: false, ...fields }, (i) => {
    const person = rows[i];
    return person === undefined ? undefined : { person };
  });
}

/** Yuan with decimals of a share of a whole-yuan base. */
const shareOf = (base: number, percent: number): string => ((base * percent) / 100).toFixed(2);

function payments(world: World, account: Account): Stream {
  const { people } = world;
  const rows = holders(world, account.payer);
  const draw = new Draw(world.size.seed);
  const insurance = account.payer === 'enterprise' || account.payer === 'civil';
  const [unitPercent, ownPercent] = insurance ? [16, 8] : [8, 8];
  return {
    dataset: account.payment,
    *rows(month) {
      const first = firstDayOf(month);
      const paidOn = dayText(first + PAY_DAY);
      for (const person of rows) {
        if (people.insuredSince(person) > first || leftOn(world, draw, person) <= first) continue;
        const base = wageOn(world, person, first);
        const values = [
          `${account.prefix}${pad(person + 1, 10)}`,
          people.idNumber(person),
          monthText(month),
          base.toFixed(2),
          shareOf(base, unitPercent),
          shareOf(base, ownPercent),
          paidOn,
        ];
        if (!insurance) values.push('正常汇缴');
        if (account.payer === 'provincial') values.push('湘安市');
        yield {
          index: person * MONTHS_APART + (month % MONTHS_APART),
          protect: isPlanted(world, person),
          values,
        };
      }
    },
  };
}

export const contributionAccounts = (world: World): Table[] => [
  ...INSURANCE.map((account, k) => basic(world, account, { paying: 'insured', left: 'suspended' }, 5 + k)),
  ...FUND.map((account, k) => basic(world, account, { paying: 'normal', left: 'sealed' }, 7 + k)),
];
export const contributionPayments = (world: World): Stream[] =>
  [...INSURANCE, ...FUND].map((account) => payments(world, account));
