import { describe, expect, test } from '@jest/globals';
import { checkElement } from '../../domain/element.ts';
import { elementNamed } from '../../domain/elements/index.ts';
import { addMonths, day, dayText, firstDayOf, monthOf, NEVER } from '../../ingestion/sample-city/calendar.ts';
import { isAway, presenceOn } from '../../ingestion/sample-city/machines/presence.ts';
import { sizeOf } from '../../ingestion/sample-city/options.ts';
import { Draw, KIND, mix, shuffled } from '../../ingestion/sample-city/random.ts';
import { billedRent, rentIsDue, rentPayments } from '../../ingestion/sample-city/tables/money.ts';
import { cityFindings } from '../../ingestion/sample-city/city-findings.ts';
import { subsidyIsDue, subsidyPayments } from '../../ingestion/sample-city/tables/subsidies.ts';
import { type BreachReport, isToDecide, makeBreaches } from '../../ingestion/sample-city/world/breaches.ts';
import { dayOf, isOpenComplaint, makeComplaints } from '../../ingestion/sample-city/world/matters.ts';
import { applicantOf } from '../../ingestion/sample-city/world/households.ts';
import { houseCode, unitCode } from '../../ingestion/sample-city/world/housing.ts';
import { dwellingState, makeWorld, stayOn, subsidyAmount } from '../../ingestion/sample-city/world/index.ts';
import { contractNo, contractState, effectiveEnd } from '../../ingestion/sample-city/world/leases.ts';
import {
  certificateNo,
  propertyHouseCode,
  propertyUnitCode,
} from '../../ingestion/sample-city/world/properties.ts';
import { PLANTED_KINDS } from '../../ingestion/sample-city/world/violation-kinds.ts';

const size = sizeOf({ scale: 0.01, seed: 5 });
const world = makeWorld(size);
const { people } = world;
const fails = (element: string, values: string[]): string[] =>
  values.filter((v) => checkElement(elementNamed(element), v) !== null);
const everyone = Array.from({ length: people.count }, (_, i) => i);

describe('numbers of the sample city', () => {
  test.each([
    ['id_number', everyone.map(people.idNumber)],
    ['phone', everyone.map(people.phone)],
    ['credit_code', world.enterprises.all.map((e) => e.creditCode)],
    ['house_code', [...world.dwellings.map(houseCode), ...world.properties.map(propertyHouseCode)]],
    ['real_estate_unit_code', [...world.dwellings.map(unitCode), ...world.properties.map(propertyUnitCode)]],
    ['identifier', [...world.contracts.map(contractNo), ...world.properties.map(certificateNo)]],
    ['division_code', world.divisions.all.map((d) => d.code)],
  ])('%s: all valid, all different', (element, values) => {
    expect(fails(element, values).slice(0, 3)).toEqual([]);
    expect(new Set(values).size).toBe(values.length);
  });

  test('no identity number and no credit code can be real: both name divisions of 4399', () => {
    expect(everyone.map(people.idNumber).filter((id) => !id.startsWith('4399'))).toEqual([]);
    expect(world.enterprises.all.filter((e) => e.creditCode.slice(2, 6) !== '4399')).toEqual([]);
  });

  test('sex and birth are those of the number', () => {
    for (const i of everyone) {
      const id = people.idNumber(i);
      expect(Number(id[16]) % 2 === 1).toBe(people.isMale(i));
      expect(`${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`).toBe(people.birthText(i));
    }
  });
});

describe('the map', () => {
  test('people of a division are those of its parts, and all are there', () => {
    const { all } = world.divisions;
    expect(all.map((d) => d.level).filter((l) => l === 'community')).toHaveLength(150);
    for (const division of all.filter((d) => d.level !== 'community')) {
      const parts = all.filter((d) => d.parent === division.code);
      expect(parts.reduce((n, d) => n + d.population, 0)).toBe(division.population);
    }
    expect(Math.abs((all[0]?.population ?? 0) - size.residents)).toBeLessThan(100);
  });

  test('no two divisions of a level share a tile, and the streets of a district touch', () => {
    const { all } = world.divisions;
    for (const level of ['district', 'street', 'community']) {
      const tiles = all.filter((d) => d.level === level).map((d) => `${d.tileX},${d.tileY}`);
      expect(new Set(tiles).size).toBe(tiles.length);
    }
    for (const district of all.filter((d) => d.level === 'district')) {
      const [first, ...others] = all.filter((d) => d.parent === district.code);
      const reached = first ? [first] : [];
      const left = new Set(others);
      for (const at of reached) {
        for (const next of left) {
          if (Math.abs(at.tileX - next.tileX) + Math.abs(at.tileY - next.tileY) !== 1) continue;
          left.delete(next);
          reached.push(next);
        }
      }
      expect([district.name, left.size]).toEqual([district.name, 0]);
    }
  });
});

describe('families', () => {
  test('are led by one applicant of age, with a spouse of the other sex and parents older than their children', () => {
    const years = (a: number, b: number): number => (people.birth(b) - people.birth(a)) / 365.2425;
    for (const { members, marital } of world.households) {
      const of = (...kin: string[]): number[] =>
        members.filter((m) => kin.includes(m.kin)).map((m) => m.person);
      const [applicant = -1, ...more] = of('01');
      expect(more).toEqual([]);
      expect(people.age(applicant, size.lastDay)).toBeGreaterThanOrEqual(20);
      for (const spouse of of('10'))
        expect([marital, people.isMale(spouse)]).toEqual(['20', !people.isMale(applicant)]);
      for (const child of of('20', '30'))
        for (const parent of of('01', '10')) expect(years(parent, child)).toBeGreaterThan(17);
      for (const parent of of('51', '52')) expect(years(parent, applicant)).toBeGreaterThan(17);
      expect([
        ...of('20', '51').map(people.isMale),
        ...of('30', '52').map((p) => !people.isMale(p)),
      ]).not.toContain(false);
    }
  });

  test('are married as the marriage register says, at 20 at least', () => {
    const married = new Set(
      world.marriages.filter((m) => m.divorcedOn === NEVER).map((m) => `${m.husband} ${m.wife}`),
    );
    for (const { members } of world.households) {
      const [applicant = -1, spouse] = [members[0]?.person, members.find((m) => m.kin === '10')?.person];
      if (spouse === undefined) continue;
      const pair = people.isMale(applicant) ? [applicant, spouse] : [spouse, applicant];
      expect(married.has(pair.join(' '))).toBe(true);
    }
    for (const m of world.marriages) {
      expect([people.isMale(m.husband), people.isMale(m.wife), m.marriedOn < m.divorcedOn]).toEqual([
        true,
        false,
        true,
      ]);
      expect(
        Math.min(people.age(m.husband, m.marriedOn), people.age(m.wife, m.marriedOn)),
      ).toBeGreaterThanOrEqual(20);
    }
  });
});

describe('leases', () => {
  test('households in need are as many as the scale says', () => {
    const inNeed = world.households.filter(
      (h) => h.programme === 'prh' && (h.fate === 'housed' || h.fate === 'subsidised'),
    );
    expect(inNeed).toHaveLength(500);
    expect(world.dwellings).toHaveLength(1000);
  });

  test('a dwelling has one tenant and one binding contract at a time', () => {
    for (const stays of world.leases.byDwelling) {
      stays.forEach((stay, i) => expect(stay.movedIn).toBeGreaterThan(stays[i - 1]?.movedOut ?? -1));
      const contracts = stays.flatMap((s) => s.contracts);
      contracts.forEach((c, i) => {
        const previous = contracts[i - 1];
        expect(c.startsOn).toBeGreaterThan(previous ? effectiveEnd(previous) : -1);
        expect(c.endsOn).toBeGreaterThan(c.startsOn);
        expect(c.signedOn).toBeLessThanOrEqual(c.startsOn);
      });
      expect(contracts.filter((c) => contractState(c, size.lastDay) === 'active').length).toBeLessThanOrEqual(
        1,
      );
    }
  });

  test('let dwellings have an active contract, except the planted ones; empty ones have none', () => {
    for (const dwelling of world.dwellings) {
      const stay = stayOn(world, dwelling.index, size.lastDay);
      const active = (world.leases.byDwelling[dwelling.index] ?? [])
        .flatMap((s) => s.contracts)
        .filter((c) => contractState(c, size.lastDay) === 'active');
      const without = world.byDwelling.get(dwelling.index)?.kind === 'let_without_contract';
      expect(active).toHaveLength(stay && !without ? 1 : 0);
      expect(dwellingState(world, dwelling, size.lastDay) === 'let').toBe(stay !== null);
    }
  });

  test('every contract follows a decision, and its rent is the dwelling’s where nothing else is meant', () => {
    for (const contract of world.contracts) {
      const { household, dwelling } = contract.stay;
      expect(contract.signedOn).toBeGreaterThanOrEqual(household.decidedOn);
      expect(household.decidedOn).toBeGreaterThan(household.appliedOn);
      const meant =
        ['rent_over_limit', 'rent_price_fluctuation'].includes(
          world.byHousehold.get(household.index)?.kind ?? '',
        ) || ['reduced_rent', 'small_increase'].includes(world.nearMissOf.get(household.index)?.kind ?? '');
      if (!meant) expect(contract.rent).toBe(dwelling.rent);
      const mismatch = world.byHousehold.get(household.index)?.kind === 'contract_mismatch';
      expect(contract.tenant === applicantOf(household)).toBe(!mismatch);
    }
  });

  test('nobody pays more than is due, and only the planted owe for longer than three months', () => {
    const months = Array.from({ length: 13 }, (_, i) => monthOf(size.firstDay) + i);
    for (const contract of world.contracts) {
      const arrears = world.byHousehold.get(contract.stay.household.index)?.kind === 'arrears';
      let owed = 0;
      for (const month of months.filter((m) => rentIsDue(contract, m))) {
        const payments = rentPayments(world, contract, month);
        const paid = payments.filter((p) => p.day <= size.lastDay).reduce((n, p) => n + p.fen, 0);
        const billed = billedRent(world, contract, month);
        expect(paid).toBeLessThanOrEqual(billed);
        if (paid < billed) owed++;
      }
      if (
        arrears &&
        contractState(contract, size.lastDay) === 'active' &&
        contract.startsOn < firstDayOf(monthOf(size.lastDay) - 5)
      )
        expect(owed).toBeGreaterThan(3);
      if (!arrears) expect(owed).toBeLessThanOrEqual(4);
    }
  });
});

describe('violations', () => {
  test('every kind is planted, one a household, and lasts to the end', () => {
    expect(new Set(world.violations.map((v) => v.kind))).toEqual(new Set(PLANTED_KINDS));
    expect(new Set(world.violations.map((v) => v.household)).size).toBe(world.violations.length);
    for (const v of world.violations)
      expect(v.since).toBeLessThan(size.lastDay - (v.kind === 'contract_changed' ? 0 : 40));
  });

  test('every look-alike is there, and no household is both', () => {
    expect(new Set(world.nearMisses.map(({ kind }) => kind)).size).toBe(13);
    expect(world.nearMisses.filter(({ household }) => world.byHousehold.has(household.index))).toEqual([]);
    expect(world.nearMissOf.size).toBe(world.nearMisses.length);
  });

  test('a rent above the standard is the planted ones’ alone, and what is cheaper is nobody’s fault', () => {
    const dearer = world.contracts.filter((c) => c.rent > c.stay.dwelling.rent).map((c) => c.stay.household);
    const planted = world.violations.filter((v) => v.kind === 'rent_over_limit').map((v) => v.household);
    expect(new Set(dearer)).toEqual(new Set(planted));
    const reduced = world.nearMisses.find(({ kind }) => kind === 'reduced_rent')?.stay;
    expect(reduced?.contracts[0]?.rent).toBeLessThan(reduced?.dwelling.rent ?? 0);
  });

  test('subsidies that are late, in part or sent back are planted; what comes late or in two is paid', () => {
    const month = monthOf(size.lastDay) - 1;
    const due = world.subsidised.filter(
      (h) => monthOf(h.decidedOn) < month - 2 && subsidyIsDue(world, h, month),
    );
    const short = due.filter((h) => {
      const paid = subsidyPayments(world, h, month)
        .filter(({ day: on, state }) => on <= size.lastDay && state !== 'refunded')
        .reduce((sum, { fen }) => sum + fen, 0);
      return paid < subsidyAmount(h);
    });
    const planted = world.violations.filter((v) => v.kind === 'subsidy_payment_late');
    expect(new Set(short)).toEqual(new Set(planted.map((v) => v.household)));
  });

  test('findings name what is open, late or over, and not what is only near it', () => {
    const kinds = new Map<string, number>();
    for (const [kind] of cityFindings(world)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    for (const kind of [
      ...['project_progress', 'project_start_late', 'project_cost', 'project_qualification_expiry'],
      ...['project_reporting_missing', 'energy_over_quota', 'complaint_overdue', 'work_order_timeout'],
      ...['unit_maintenance', 'unit_safety_hazard', 'contract_expiring', 'contract_renewal'],
      ...['enterprise_tenant_unqualified', 'employer_moved_away', 'tenant_breach'],
    ])
      expect([kind, (kinds.get(kind) ?? 0) > 0]).toEqual([kind, true]);
    const complaints = makeComplaints(world).filter((c) => c?.planted);
    const overdue = complaints.filter(
      (c) => c && isOpenComplaint(c, size.lastDay) && dayOf(c.due) < size.lastDay,
    );
    expect(overdue.length).toBeGreaterThan(0);
    expect(overdue.length * 4).toBe(complaints.length);
    const breaches = makeBreaches(world);
    const toDecide = breaches.filter((one) => isToDecide(one, size.lastDay));
    expect(
      toDecide.every(({ isWatched, end }) => isWatched && end !== 'withdrawn' && end !== 'unfounded'),
    ).toBe(true);
    // Reports of what happened after the tenancy, and of what was withdrawn or found wrong, look like it.
    for (const looksOnly of [
      (one: BreachReport) => one.occurredOn > effectiveEnd(one.contract),
      (one: BreachReport) => one.end === 'withdrawn',
      (one: BreachReport) => one.end === 'handled' && one.reportedOn < size.lastDay - 180,
    ])
      expect(breaches.some(looksOnly)).toBe(true);
  });

  test('who was planted with a second home owns one, and no other tenant in need does', () => {
    const owners = new Set([
      ...world.properties.flatMap((p) => p.owners.map((o) => o.person)),
      ...world.signings.flatMap((s) => s.buyers),
    ]);
    for (const h of world.households.filter((each) => each.fate === 'housed')) {
      const owns = h.members.some((m) => owners.has(m.person));
      expect([h.index, owns]).toEqual([h.index, world.byHousehold.get(h.index)?.kind === 'second_home']);
    }
  });

  test('where nobody lives though it is let, nobody is present', () => {
    for (const v of world.violations.filter((each) => each.kind === 'vacant_while_let')) {
      const dwelling = v.stay?.dwelling.index ?? -1;
      expect(presenceOn(world, dwelling, v.since - 30).people).toBeGreaterThan(0);
      expect(presenceOn(world, dwelling, v.since + 30).people).toBe(0);
    }
  });
});

describe('chance and calendar', () => {
  test('draws depend on seed, kind and index alone', () => {
    const [one, other] = [new Draw(3), new Draw(3)];
    other.at(KIND.person, 9).next();
    expect(one.at(KIND.door, 4).next()).toBe(other.at(KIND.door, 4).next());
    expect(mix(3, KIND.door, 4)).not.toBe(mix(4, KIND.door, 4));
  });

  test('draws are spread evenly', () => {
    const draw = new Draw(8);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) {
      const bucket = draw.at(KIND.meter, i).int(10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const n of buckets) expect(Math.abs(n - 2000)).toBeLessThan(200);
  });

  test('a shuffle keeps every number', () => {
    expect([...shuffled(1, 2, 1000)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    expect([...shuffled(1, 2, 1000)]).not.toEqual([...shuffled(1, 3, 1000)]);
  });

  test('a month later is a month later, the 31st the last', () => {
    expect(dayText(addMonths(day('2026-01-31'), 1))).toBe('2026-02-28');
    expect(dayText(addMonths(day('2024-02-29'), 12))).toBe('2025-02-28');
    expect(dayText(NEVER)).toBe('');
  });

  test('a home is away one week in fifty, give or take', () => {
    const weeks = Array.from({ length: 5000 }, (_, w) => isAway(world, w % 100, 7 * w)).filter(
      Boolean,
    ).length;
    expect(weeks).toBeGreaterThan(50);
    expect(weeks).toBeLessThan(170);
  });
});
