/** Which dwelling each record means that names one by address or by a code which may be wrong: `truth/dwelling-links.csv`. */
import { surveyNo } from './tables/housing.ts';
import { houseCode } from './world/housing.ts';
import type { FundBooks } from './world/fund-books.ts';
import { fundDwellingNo } from './world/maintenance-fund.ts';
import type { World } from './world/index.ts';
import { certificateNo, propertyHouseCode } from './world/properties.ts';

/** Data set, key, and the house code of the dwelling meant; a home sold on the net has none and is called by its sale. */
export function* dwellingLinks(world: World, books: FundBooks): Generator<string[]> {
  const houses = [...world.dwellings.map(houseCode), ...world.properties.map(propertyHouseCode)];
  for (const [i, house] of houses.entries()) {
    yield ['property.house_registry', house, house];
    yield ['property.house_survey', surveyNo(i), house];
  }
  for (const property of world.properties)
    yield ['property.ownership', certificateNo(property), propertyHouseCode(property)];
  for (const signing of world.signings)
    yield ['property.net_signed_contract', signing.number, `sale ${signing.number}`];
  for (const home of books.homes) yield ['maintenance_fund.dwelling', fundDwellingNo(home), home.houseCode];
}
