/** Millions of invented people and dwellings, made in the engine as tables of base: the same seed gives the same ones. */
import { loadProject } from '../pipelines/dbt/project.ts';
import { relationName } from '../pipelines/dbt/types.ts';
import { MODELS_DIRECTORY } from '../pipelines/runner.ts';
import type { SearchKind } from '../pipelines/search/kind.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import { makePersons } from './link-generated.ts';

const COMPOUNDS_1 = '锦绣阳光金桂保利和平幸福安居翠竹湘江明珠云麓橘洲梅溪洋湖星舟澜台';
const COMPOUNDS_2 = '花园家园小区公寓雅苑新村';
const ROADS = '枫林桐梓咸嘉岳华金星观沙银杉潇湘杜鹃麓山青山雷锋谷苑松柏书香白鹭';
const DISTRICTS = '安澜望岳橙洲云麓湘浦望舒';

const two = (text: string, draw: string): string =>
  `substringUTF8('${text}', 1 + 2 * (${draw} % ${text.length / 2}), 2)`;

/** The tables an index is made from, empty but for `people` rows of base.person and `dwellings` of base.dwelling. */
export async function makeBase(
  warehouse: Warehouse,
  kinds: readonly SearchKind[],
  { people, dwellings, seed }: { people: number; dwellings: number; seed: number },
): Promise<void> {
  const needed = new Set(kinds.flatMap(({ table, alsoReads }) => [table, ...alsoReads]));
  for (const node of (await loadProject(MODELS_DIRECTORY)).nodes.values()) {
    if (!needed.has(relationName(node.relation))) continue;
    const columns = node.columns.map(({ name, dataType }) => `${name} ${dataType}`).join(', ');
    await warehouse.run(
      `CREATE TABLE ${relationName(node.relation)} (${columns}) ENGINE = MergeTree ORDER BY tuple()`,
    );
  }
  await warehouse.run('CREATE DATABASE IF NOT EXISTS bench');
  await makePersons(warehouse, 'bench.people', { records: people, duplicates: 0, seed });
  const h = (what: string): string => `sipHash64(number, '${what}', ${seed})`;
  const district = `${h('district')} % ${DISTRICTS.length / 2}`;
  const address = `concat('湘安市', ${two(DISTRICTS, h('district'))}, '区', ${two(ROADS, h('road'))}, ['路', '街', '大道', '巷'][1 + ${h('way')} % 4], toString(1 + ${h('door')} % 900), '号')`;
  await warehouse.run(
    `INSERT INTO base.person (person_id, person_name, id_number, phone, register_address, employer, district_code, district_name)
     SELECT lower(hex(sipHash128(record))), name, id_number, phone, concat(${address.replaceAll('number,', 'record,')}, address), concat(community, '服务站'),
       concat('43990', toString(${district.replaceAll('number,', 'record,')})), ${two(DISTRICTS, h('district').replaceAll('number,', 'record,'))}
     FROM bench.people`,
    { lane: 'batch' },
  );
  await warehouse.run('DROP TABLE bench.people', { lane: 'batch' });
  await warehouse.run(
    `INSERT INTO base.dwelling (house_code, dwelling_no, project_name, building_no, unit_no, room_no, dwelling_state, address, district_code, district_name, delivered_on)
     SELECT concat('43990', leftPad(toString(number), 12, '0')), concat('FY', leftPad(toString(number), 8, '0')),
       concat(${two(DISTRICTS, h('district'))}, ${two(COMPOUNDS_1, h('name'))}, ${two(COMPOUNDS_2, h('kind'))}),
       concat(toString(1 + ${h('building')} % 40), '栋'), concat(toString(1 + ${h('unit')} % 6), '单元'), toString((1 + ${h('floor')} % 33) * 100 + 1 + ${h('room')} % 8),
       'rented', ${address}, concat('43990', toString(${district})), ${two(DISTRICTS, h('district'))}, toDate32('2000-01-01') + ${h('day')} % 9500
     FROM numbers(${dwellings})`,
    { lane: 'batch' },
  );
}

/** Questions of one kind: words of entries that are there, so that they select what such words select. */
export interface Asked {
  kind: string;
  words: string;
}

export async function makeQuestions(
  warehouse: Warehouse,
  each: number,
  seed: number,
  texts: (sql: string) => Promise<string[]>,
): Promise<Asked[]> {
  const sample = (column: string, table: string, salt: string): string =>
    `SELECT ${column} FROM (SELECT * FROM ${table} WHERE sipHash64(toString(${table === 'base.person' ? 'person_id' : 'house_code'}), '${salt}', ${seed}) % 2000 = 0 LIMIT ${each})`;
  const kinds: Record<string, string> = {
    'whole name': sample('person_name', 'base.person', 'a'),
    'given name': sample('substringUTF8(person_name, 2)', 'base.person', 'b'),
    'surname (1 character)': sample('substringUTF8(person_name, 1, 1)', 'base.person', 'c'),
    'road and number': sample("extract(address, '区(.*号)')", 'base.dwelling', 'd'),
    'road (2 characters)': sample("substringUTF8(extract(address, '区(.*)'), 1, 2)", 'base.dwelling', 'e'),
    'estate (common)': sample('project_name', 'base.dwelling', 'f'),
    'estate and room': sample("concat(project_name, ' ', building_no, room_no)", 'base.dwelling', 'g'),
    'name and road': sample(
      "concat(person_name, ' ', substringUTF8(extract(register_address, '区(.*)'), 1, 2))",
      'base.person',
      'h',
    ),
    'name and estate (never together)': `SELECT concat(p, ' ', d) FROM (${sample('person_name AS p, rowNumberInAllBlocks() AS n', 'base.person', 'i')}) AS l INNER JOIN (${sample('project_name AS d, rowNumberInAllBlocks() AS n', 'base.dwelling', 'j')}) AS r USING (n)`,
    'nothing (3 characters)': `SELECT concat('龘', substringUTF8(person_name, 1, 1), '靐') FROM (${sample('person_name', 'base.person', 'k')})`,
    'nothing (1 character)': `SELECT char(0xE9, 0xBA, 128 + number % 60) FROM numbers(${each})`,
    'whole number of a dwelling': sample('house_code', 'base.dwelling', 'l'),
    'whole identity number': sample('id_number', 'base.person', 'm'),
  };
  const asked: Asked[] = [];
  for (const [kind, sql] of Object.entries(kinds))
    for (const words of await texts(sql)) if (words.trim() !== '') asked.push({ kind, words });
  return asked;
}
