/** Homes outside the scheme: private stock, who owns it, and sales signed on the net (网签). */
import { day, NEVER } from '../calendar.ts';
import type { CitySize } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import type { Community } from './divisions.ts';
import { applicantOf, type Household } from './households.ts';
import { roadName } from './names.ts';
import { pad, realEstateUnitCode } from './numbers.ts';
import type { People } from './people.ts';
import type { Violation } from './violation-kinds.ts';

export interface Property {
  index: number;
  community: Community;
  road: string;
  building: number;
  floor: number;
  room: number;
  /** Hundredths of a square metre. */
  area: number;
  completed: number;
  owners: { person: number; share: string }[];
  acquiredOn: number;
  /** Code of `acquisition_way`. */
  way: string;
  cancelledOn: number;
}

export interface Signing {
  number: string;
  buyers: number[];
  community: Community;
  address: string;
  area: number;
  /** Whole yuan. */
  price: number;
  signedOn: number;
  filedOn: number;
  revokedOn: number;
}

export const propertyHouseCode = (p: Property): string =>
  `${p.community.districtCode}8${pad(p.index + 1, 7)}`;
export const propertyUnitCode = (p: Property): string =>
  realEstateUnitCode(
    p.community.districtCode,
    50000 + (p.index % 40000),
    p.building,
    Math.floor(p.index / 40000) * 100 + p.floor,
  );
export const propertyAddress = (
  p: Pick<Property, 'community' | 'road' | 'building' | 'floor' | 'room'>,
): string =>
  `湘安市${p.community.districtName}${p.community.streetName}${p.road}${p.building}栋${p.floor}${pad(p.room, 2)}室`;
export const certificateNo = (p: Property): string =>
  `${p.community.districtCode}${new Date(p.acquiredOn * 86_400_000).getUTCFullYear()}${pad(p.index + 1, 7)}`;

export class PropertyMaker {
  readonly properties: Property[] = [];
  readonly signings: Signing[] = [];
  private readonly draw: Draw;

  constructor(
    private readonly size: CitySize,
    private readonly people: People,
    private readonly communities: Community[],
  ) {
    this.draw = new Draw(size.seed);
  }

  /** Strangers own, former tenants left because they bought, applicants were rejected because they own, planted tenants bought. */
  makeAll(strangers: { from: number; to: number }, households: Household[], violations: Violation[]): void {
    const { size } = this;
    for (let person = strangers.from; person < strangers.to; person++) {
      const draw = this.draw.at(KIND.stock, person);
      if (draw.chance(0.62)) this.own(draw, [person], draw.between(day('2003-01-01'), size.lastDay - 10));
      if (draw.chance(0.09)) this.sign(draw, [person], draw.between(day('2023-01-01'), size.lastDay));
    }
    for (const household of households) {
      const draw = this.draw.at(KIND.ownership, household.index);
      const adults = household.members.filter((m) => m.kin === '01' || m.kin === '10').map((m) => m.person);
      if (household.fate === 'rejected' && draw.chance(0.4))
        this.own(draw, adults, household.appliedOn - draw.between(200, 3000));
      if (household.fate === 'former' && draw.chance(0.25))
        this.sign(draw, adults, size.lastDay - draw.between(5, 900));
    }
    violations.forEach((violation, k) => {
      if (violation.kind !== 'second_home') return;
      const draw = this.draw.at(KIND.netSigned, k);
      const buyer =
        violation.household.members.find((m) => m.kin === '10')?.person ?? applicantOf(violation.household);
      const owner = k % 2 === 0 ? buyer : applicantOf(violation.household);
      violation.person = owner;
      if (violation.trace === 'ownership') this.own(draw, [owner], violation.since);
      else this.sign(draw, [owner], violation.since, false);
    });
  }

  private own(draw: Draw, persons: number[], acquiredOn: number): void {
    const index = this.properties.length;
    const shared = persons.length > 1;
    this.properties.push({
      index,
      ...this.place(draw, index),
      area: draw.between(6000, 15000),
      completed: acquiredOn - draw.between(60, 3000),
      owners: persons.map((person) => ({ person, share: shared ? '50%' : '100%' })),
      acquiredOn,
      way: draw.weighted([
        ['purchase', 80],
        ['inheritance', 6],
        ['resettlement', 8],
        ['gift', 4],
        ['judgement', 2],
      ]),
      cancelledOn: NEVER,
    });
  }

  private sign(draw: Draw, buyers: number[], signedOn: number, mayBeRevoked = true): void {
    const area = draw.between(7000, 14500);
    const place = this.place(draw, this.signings.length);
    this.signings.push({
      number: `WQ${pad(this.signings.length + 1, 9)}`,
      buyers,
      community: place.community,
      address: propertyAddress(place),
      area,
      price: Math.round((area / 100) * draw.between(6500, 13000)),
      signedOn,
      filedOn: signedOn + draw.between(3, 30),
      revokedOn: mayBeRevoked && draw.chance(0.05) ? signedOn + draw.between(20, 80) : NEVER,
    });
  }

  private place(
    draw: Draw,
    index: number,
  ): Pick<Property, 'community' | 'road' | 'building' | 'floor' | 'room'> {
    const community = draw.pick(this.communities);
    return {
      community,
      road: `${roadName(index)}${draw.between(1, 999)}号`,
      building: draw.between(1, 24),
      floor: draw.between(1, 32),
      room: draw.between(1, 6),
    };
  }
}
