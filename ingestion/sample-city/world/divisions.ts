/** The city's divisions on a schematic map of tiles: five districts of six streets of five communities. */
import { CITY_NAME, CITY_PREFIX, type CitySize } from '../options.ts';
import { Draw, KIND } from '../random.ts';
import { communityName, DISTRICTS, STREETS } from './names.ts';
import { pad } from './numbers.ts';

export interface Division {
  code: string;
  name: string;
  level: 'city' | 'district' | 'street' | 'community';
  parent: string;
  tileX: number;
  tileY: number;
  population: number;
}

/** Whose street lies where: a letter a tile, one letter a district, so that neighbours on the map are neighbours. */
const STREET_MAP = ['AAABBB', 'AACBBD', 'ACCCBD', 'ECCEDD', 'EEEEDD'];
/** Districts on their own coarse map. */
const DISTRICT_TILES = [
  [0, 0],
  [2, 0],
  [1, 1],
  [2, 2],
  [0, 2],
] as const;
const LETTERS = 'ABCDE';
export const COMMUNITIES_PER_STREET = 5;
export const COMMUNITY_COUNT = 150;

export interface Community {
  index: number;
  code: string;
  name: string;
  streetCode: string;
  streetName: string;
  districtCode: string;
  districtName: string;
  district: number;
}

export interface Divisions {
  all: Division[];
  communities: Community[];
}

function streetTiles(district: number): [number, number][] {
  const tiles: [number, number][] = [];
  STREET_MAP.forEach((line, y) =>
    [...line].forEach((letter, x) => {
      if (letter === LETTERS[district]) tiles.push([x, y]);
    }),
  );
  return tiles;
}

/** Splits the residents over communities by drawn weights; every level above is the sum of what it holds. */
export function makeDivisions(size: CitySize): Divisions {
  const draw = new Draw(size.seed);
  const weights = Array.from({ length: COMMUNITY_COUNT }, (_, i) => 0.4 + draw.at(KIND.division, i).unit());
  const totalWeight = weights.reduce((a, b) => a + b, 0);
  const populations = weights.map((w) => Math.round((size.residents * w) / totalWeight));

  const below: Division[] = [];
  const communities: Community[] = [];
  let cityPopulation = 0;
  DISTRICTS.forEach((districtName, d) => {
    const districtCode = `${CITY_PREFIX}${pad(d + 1, 2)}`;
    const [tileX, tileY] = DISTRICT_TILES[d] ?? [0, 0];
    const district: Division = {
      code: districtCode,
      name: districtName,
      level: 'district',
      parent: `${CITY_PREFIX}00`,
      tileX,
      tileY,
      population: 0,
    };
    below.push(district);
    const tiles = streetTiles(d);
    (STREETS[d] ?? []).forEach((streetName, s) => {
      const streetCode = districtCode + pad(s + 1, 3);
      const [x, y] = tiles[s] ?? [0, 0];
      const street: Division = {
        code: streetCode,
        name: streetName,
        level: 'street',
        parent: districtCode,
        tileX: x,
        tileY: y,
        population: 0,
      };
      below.push(street);
      for (let c = 0; c < COMMUNITIES_PER_STREET; c++) {
        const index = communities.length;
        const code = streetCode + pad(c + 1, 3);
        const name = communityName(index);
        const population = populations[index] ?? 0;
        below.push({
          code,
          name,
          level: 'community',
          parent: streetCode,
          tileX: x * 3 + (c % 3),
          tileY: y * 2 + Math.floor(c / 3),
          population,
        });
        communities.push({
          index,
          code,
          name,
          streetCode,
          streetName,
          districtCode,
          districtName,
          district: d,
        });
        street.population += population;
      }
      district.population += street.population;
    });
    cityPopulation += district.population;
  });
  const city: Division = {
    code: `${CITY_PREFIX}00`,
    name: CITY_NAME,
    level: 'city',
    parent: '',
    tileX: 0,
    tileY: 0,
    population: cityPopulation,
  };
  return { all: [city, ...below], communities };
}
