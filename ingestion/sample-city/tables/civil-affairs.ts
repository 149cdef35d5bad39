/** 婚姻登记 and the three kinds of families the civil affairs bureau supports. */
import { civilAffairsDestituteSupport } from '../../contracts/civil-affairs/destitute-support.ts';
import { civilAffairsLowIncome } from '../../contracts/civil-affairs/low-income.ts';
import { civilAffairsMarriage } from '../../contracts/civil-affairs/marriage.ts';
import { civilAffairsMinimumLiving } from '../../contracts/civil-affairs/minimum-living.ts';
import type { Dataset } from '../../contract.ts';
import { dayText, dayTextUntil } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { Draw, KIND } from '../random.ts';
import type { Means } from '../world/families.ts';
import { applicantOf } from '../world/households.ts';
import type { World } from '../world/index.ts';
import { DISTRICTS } from '../world/names.ts';
import { pad, wanYuan, yuan } from '../world/numbers.ts';
import { withSlips } from './slips.ts';

export function marriages(world: World): Table {
  const { people, marriages: rows } = world;
  const table: Table = {
    dataset: civilAffairsMarriage,
    count: rows.length,
    protect: (i) =>
      world.byHousehold.has(people.household(rows[i]?.husband ?? -1)) ||
      world.byHousehold.has(people.household(rows[i]?.wife ?? -1)),
    row(i, asOf) {
      const m = rows[i];
      if (!m || m.marriedOn > asOf) return null;
      return [
        `J4399${pad(i + 1, 10)}`,
        people.name(m.husband),
        people.idNumber(m.husband),
        people.name(m.wife),
        people.idNumber(m.wife),
        m.divorcedOn <= asOf ? '40' : '20',
        dayText(m.marriedOn),
        dayTextUntil(m.divorcedOn, asOf),
        `湘安市${DISTRICTS[i % DISTRICTS.length] ?? ''}民政局婚姻登记处`,
      ];
    },
  };
  const spouse = (side: 'husband' | 'wife', salt: number, on: Table): Table =>
    withSlips(world, on, { salt, mayMiss: false, number: `${side}_id_number`, name: `${side}_name` }, (i) => {
      const person = rows[i]?.[side];
      return person === undefined ? undefined : { person };
    });
  return spouse('wife', 10, spouse('husband', 9, table));
}

function reliefFamilies(world: World, dataset: Dataset, means: Means, prefix: string): Table {
  const { people, size } = world;
  const draw = new Draw(size.seed);
  const families = world.households.filter((h) => h.means === means);
  return {
    dataset,
    count: families.length,
    protect: (i) => world.byHousehold.has(families[i]?.index ?? -1),
    row(i, asOf) {
      const h = families[i];
      if (!h) return null;
      draw.at(KIND.relief, h.index);
      const recognisedOn = h.appliedOn - draw.between(30, 900);
      if (recognisedOn > asOf) return null;
      const stoppedOn = draw.chance(0.06) ? size.lastDay - draw.between(1, 200) : size.lastDay + 1;
      const head = applicantOf(h);
      const monthly = Math.round(h.income / 12);
      return [
        `${prefix}${pad(h.index + 1, 9)}`,
        people.name(head),
        people.idNumber(head),
        String(h.members.length),
        dayText(recognisedOn),
        means === 'low_income' ? wanYuan(h.income) : yuan(monthly * 100),
        means === 'low_income'
          ? '0.00'
          : yuan(
              Math.max(8000, (78_000 - Math.round((monthly * 100) / h.members.length)) * h.members.length),
            ),
        stoppedOn <= asOf ? 'stopped' : 'receiving',
        h.community.streetName,
        h.community.name,
      ];
    },
  };
}

export const minimumLiving = (world: World): Table =>
  reliefFamilies(world, civilAffairsMinimumLiving, 'minimum_living', 'DB');
export const lowIncome = (world: World): Table =>
  reliefFamilies(world, civilAffairsLowIncome, 'low_income', 'DSR');
export const destituteSupport = (world: World): Table =>
  reliefFamilies(world, civilAffairsDestituteSupport, 'special_poverty', 'TK');
