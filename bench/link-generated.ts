/** A million invented persons of whom some come twice with errors in them, made in SQL: the same seed gives the same persons. */
import type { Mapping } from '../pipelines/linkage/mapping.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';

export const GENERATED: Mapping = {
  pairs: 'within',
  columns: {
    name: 'full_name',
    birth_date: 'date',
    id_number: 'number',
    phone: 'phone',
    address: 'address',
    community: 'place',
    sex: 'code',
  },
};

const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪';
const GIVEN =
  '伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆旭宁龙阳建志文国海峰毅晨哲瑞泽轩芳娜敏静丽艳娟霞秀燕玲桂兰英梅萍红玉琴莉婷雪慧倩';

/**
 * Each error by itself: of the second records a fifth have another name, a tenth another birth date, a quarter another or no number,
 * a third another telephone, a third another address.
 * @param duplicates share of the records that are somebody's second
 */
export async function makePersons(
  warehouse: Warehouse,
  table: string,
  { records, duplicates, seed }: { records: number; duplicates: number; seed: number },
): Promise<void> {
  const seconds = Math.round(records * duplicates);
  const firsts = records - seconds;
  const h = (what: string, n: string): string =>
    `(sipHash64(${n}, '${what}', ${seed}) % ${n === '' ? 1 : 1_000_000_007})`;
  // Squared, so that some names are common and others rare, as names are.
  const skewed = (what: string, size: number): string =>
    `toUInt32(pow(${h(what, 'person')} / 1000000007, 2) * ${size})`;
  const drawn = (what: string, size: number): string => `(${h(what, 'person')} % ${size})`;
  const error = (what: string, percent: number): string =>
    `(copy = 1 AND sipHash64(person, 'error ${what}', ${seed}) % 100 < ${percent})`;
  const character = (text: string, at: string): string => `substringUTF8('${text}', ${at} + 1, 1)`;
  const given = (what: string): string => character(GIVEN, skewed(what, GIVEN.length));
  const letterOff = (text: string, what: string): string =>
    `concat(substring(${text}, 1, ${h(`at ${what}`, 'person')} % length(${text})), toString(${h(`digit ${what}`, 'person')} % 10), substring(${text}, ${h(`at ${what}`, 'person')} % length(${text}) + 2))`;
  await warehouse.run(
    `CREATE OR REPLACE TABLE ${table} ENGINE = MergeTree ORDER BY record AS
     SELECT concat(toString(cityHash64(person, copy)), '-', toString(person)) AS record, toUInt8(1) AS side, toString(person) AS truth,
       if(${error('name', 20)}, concat(substringUTF8(_name, 1, 1), ${given('other')}, substringUTF8(_name, 3)), _name) AS name,
       if(${error('birth', 10)}, ${letterOff('_birth', 'birth')}, _birth) AS birth_date,
       if(${error('no number', 10)}, '', if(${error('number', 15)}, ${letterOff('_number', 'number')}, _number)) AS id_number,
       if(${error('phone', 33)}, concat('154', leftPad(toString(${h('new phone', 'person')} % 100000000), 8, '0')), _phone) AS phone,
       if(${error('address', 33)}, concat(_community, toString(${h('new address', 'person')} % 90 + 1), '栋', toString(${h('new room', 'person')} % 3000 + 101)), _address) AS address,
       _community AS community, _sex AS sex
     FROM (
       SELECT person, copy, toString(1 + ${drawn('sex', 2)}) AS _sex,
         concat(${character(SURNAMES, skewed('surname', SURNAMES.length))}, ${given('first')}, if(${drawn('two', 5)} = 0, '', ${given('second')})) AS _name,
         formatDateTime(toDate32('1940-01-01') + ${drawn('birth', 29000)}, '%Y%m%d') AS _birth,
         concat('4399', leftPad(toString(${drawn('place', 20)}), 2, '0'), _birth, leftPad(toString(person % 10000), 4, '0')) AS _number,
         concat('154', leftPad(toString(${drawn('phone', 100_000_000)}), 8, '0')) AS _phone,
         concat('社区', toString(${drawn('community', 600)})) AS _community,
         concat(_community, toString(${drawn('building', 90)} + 1), '栋', toString(${drawn('room', 3000)} + 101)) AS _address
       FROM (
         SELECT number AS person, 0 AS copy FROM numbers(${firsts})
         UNION ALL
         SELECT number * ${Math.max(1, Math.floor(firsts / Math.max(1, seconds)))} AS person, 1 AS copy FROM numbers(${seconds})
       )
     )`,
    { lane: 'batch', tag: 'make persons' },
  );
}
