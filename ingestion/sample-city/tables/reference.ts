/** 行政区划 and 企业登记信息. */
import { geographyDivision } from '../../contracts/geography/division.ts';
import { marketRegulationBusinessRegistry } from '../../contracts/market-regulation/business-registry.ts';
import { dayText } from '../calendar.ts';
import type { Table } from '../deliver/tables.ts';
import { Draw, KIND } from '../random.ts';
import type { World } from '../world/index.ts';
import { DISTRICTS, personName, roadName } from '../world/names.ts';
import { pad } from '../world/numbers.ts';

export function divisions(world: World): Table {
  return {
    dataset: geographyDivision,
    count: world.divisions.all.length,
    // Everything stands on the map: it comes clean.
    protect: () => true,
    row(i) {
      const d = world.divisions.all[i];
      return d
        ? [d.code, d.name, d.level, d.parent, String(d.tileX), String(d.tileY), String(d.population)]
        : null;
    },
  };
}

const LICENCES: Record<string, string> = {
  builder: '建筑业企业资质证书;安全生产许可证',
  developer: '房地产开发企业资质证书',
  property_manager: '物业服务企业备案',
  operator: '住房租赁企业开业报告备案',
};

export function businessRegistry(world: World): Table {
  const draw = new Draw(world.size.seed);
  return {
    dataset: marketRegulationBusinessRegistry,
    count: world.enterprises.all.length,
    // Builders and operators are few and looked up by their code.
    protect: (i) => world.enterprises.all[i]?.kind !== 'employer' || world.gone.employers.has(i),
    row(i, asOf) {
      const e = world.enterprises.all[i];
      if (!e) return null;
      draw.at(KIND.enterprise, i + 1_000_000);
      const legal = personName(draw.int(100), draw.int(4096), draw.chance(0.7));
      const closedOn =
        e.kind === 'employer' && draw.chance(0.03)
          ? world.size.lastDay - draw.between(1, 400)
          : world.size.lastDay + 1;
      return [
        e.creditCode,
        e.name,
        e.kind,
        legal,
        String(e.capital),
        dayText(e.foundedOn),
        world.gone.employers.has(i)
          ? 'moved'
          : closedOn <= asOf
            ? draw.pick(['cancelled', 'revoked'])
            : 'active',
        `湘安市${DISTRICTS[e.district] ?? ''}${roadName(i)}${draw.between(1, 900)}号`,
        `${e.name.slice(4, 8)}及相关服务`,
        `0799${pad(8_000_000 + i, 7)}`,
        LICENCES[e.kind] ?? '',
      ];
    },
  };
}
