/** 不动产权属信息 and 商品房网上签约信息: a row an owner, a row a buyer. */
import { propertyNetSignedContract } from '../../contracts/property/net-signed-contract.ts';
import { propertyOwnership } from '../../contracts/property/ownership.ts';
import { dayText, dayTextUntil } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import type { World } from '../world/index.ts';
import { area, wanYuan } from '../world/numbers.ts';
import { Respelling } from '../world/respelling.ts';
import { certificateNo, propertyAddress, propertyUnitCode } from '../world/properties.ts';

const ofPlanted = (world: World, person: number | undefined): boolean =>
  world.byHousehold.has(world.people.household(person ?? -1));

export function ownership(world: World): Table {
  const { people } = world;
  const rows = world.properties.flatMap((property) => property.owners.map((owner) => ({ property, owner })));
  const written = new Respelling(world.size.seed, 2);
  return {
    dataset: propertyOwnership,
    count: rows.length,
    protect: (i) => ofPlanted(world, rows[i]?.owner.person),
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.property.acquiredOn > asOf) return null;
      const { property: p, owner } = entry;
      return [
        certificateNo(p),
        written.unitCode(p.index, propertyUnitCode(p)),
        people.name(owner.person),
        people.idNumber(owner.person),
        p.owners.length > 1 ? 'shared' : 'private',
        'residence',
        written.address(p.index, propertyAddress(p)),
        p.community.districtName,
        p.community.districtCode,
        area(p.area),
        owner.share,
        p.way,
        dayText(p.acquiredOn),
        dayTextUntil(p.cancelledOn, asOf),
      ];
    },
  };
}

export function netSignedContracts(world: World): Table {
  const { people } = world;
  const rows = world.signings.flatMap((signing, k) => signing.buyers.map((buyer) => ({ signing, k, buyer })));
  const written = new Respelling(world.size.seed, 3);
  return {
    dataset: propertyNetSignedContract,
    count: rows.length,
    protect: (i) => ofPlanted(world, rows[i]?.buyer),
    row(i, asOf) {
      const entry = rows[i];
      if (!entry || entry.signing.signedOn > asOf) return null;
      const { signing: s, k, buyer } = entry;
      return [
        s.number,
        people.name(buyer),
        people.idNumber(buyer),
        written.address(k, s.address),
        s.community.districtName,
        area(s.area),
        wanYuan(s.price),
        'purchase',
        s.buyers.length > 1 ? '共同共有' : '单独所有',
        dayText(s.signedOn),
        s.revokedOn <= asOf ? 'revoked' : s.filedOn <= asOf ? 'filed' : 'signed',
        dayTextUntil(s.filedOn, asOf),
      ];
    },
  };
}
