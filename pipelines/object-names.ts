/**
 * What an object is called where people read it: where a dwelling is, whose a contract or a household is (masked), what a unit is called. Looked up
 * when it is shown, never kept: a case of alert or a verdict of a poll holds no name.
 */
import { z } from 'zod';
import { maskSql } from '../domain/masking.ts';
import type { Warehouse } from '../warehouse/engine/warehouse.ts';
import { groupedBy } from './grouped-by.ts';

/** 1栋2单元2703室: building, unit and room, where agencies write the unit word or leave it out. */
export const roomSql = (of: string): string =>
  `concat(${of}.building_no, if(match(${of}.building_no, '[0-9]$'), '栋', ''), ${of}.unit_no, if(match(${of}.unit_no, '[0-9]$'), '单元', ''), ${of}.room_no, if(${of}.room_no != '', '室', ''))`;

export interface ObjectRef {
  /** Kind and key as findings of alert name them (models/alerts/subjects.yml). */
  kind: string;
  key: string;
}

const BETWEEN = ' · ';
const joined = (...parts: string[]): string =>
  `arrayStringConcat(arrayFilter(part -> part != '', [${parts.join(', ')}]), '${BETWEEN}')`;

/** Name and number of a person, masked, by the id a row has. */
const PERSON = joined(
  maskSql('name', "ifNull(person.person_name, '')"),
  maskSql('id_number', "ifNull(person.id_number, '')"),
);
const withPerson = (table: string, key: string, person: string, also = ''): string =>
  `FROM (SELECT * FROM ${table} WHERE ${key} IN {keys:Array(String)}) AS one
   LEFT ANY JOIN (SELECT person_id, person_name, id_number FROM base.person WHERE person_id IN
     (SELECT ${person} FROM ${table} WHERE ${key} IN {keys:Array(String)})) AS person ON person.person_id = one.${person}${also}`;
const named = (table: string, key: string, name: string): string =>
  `SELECT one.${key} AS key, ${name} AS name FROM ${table} AS one WHERE one.${key} IN {keys:Array(String)}`;

const APPLICATION = `SELECT one.application_no AS key, ${joined('one.application_no', PERSON)} AS name
  ${withPerson('base.application', 'application_no', 'applicant_person_id')}`;
const ENTERPRISE = named('base.enterprise', 'enterprise_id', 'one.enterprise_name');

/** By kind a query of `key, name`; kinds that are not here have numbers people know, and are called by them. */
const NAMES: Readonly<Record<string, string>> = {
  dwelling: named(
    'base.dwelling',
    'dwelling_id',
    `if(${roomSql('one')} = '', one.house_code, ${roomSql('one')})`,
  ),
  contract: `SELECT one.contract_no AS key, ${joined('one.contract_no', PERSON, roomSql('dwelling'))} AS name
    ${withPerson(
      'base.contract',
      'contract_no',
      'tenant_person_id',
      `
    LEFT ANY JOIN (SELECT dwelling_id, building_no, unit_no, room_no FROM base.dwelling WHERE dwelling_id IN
      (SELECT dwelling_id FROM base.contract WHERE contract_no IN {keys:Array(String)})) AS dwelling ON dwelling.dwelling_id = one.dwelling_id`,
    )}`,
  household: APPLICATION,
  polled_household: APPLICATION,
  application: APPLICATION,
  person: `SELECT person.person_id AS key, ${PERSON} AS name FROM base.person AS person WHERE person.person_id IN {keys:Array(String)}`,
  project: named('base.project', 'project_id', 'one.project_name'),
  enterprise: ENTERPRISE,
  supplier: named('base.supplier', 'supplier_no', 'one.supplier_name'),
  product: named('base.product', 'product_no', 'one.product_name'),
  tenant: APPLICATION,
};

/** A party of credit is `tenant:<household>`, `enterprise:<id>` or `supplier:<number>`. */
function lookedUpAs({ kind, key }: ObjectRef): ObjectRef {
  const [party = '', ...rest] = kind === 'credit_party' ? key.split(':') : [];
  return party === '' ? { kind, key } : { kind: party, key: rest.join(':') };
}

const refText = ({ kind, key }: ObjectRef): string => `${kind} ${key}`;

/** Finds the names of some objects, each kind by one question. @returns for an object its name; its key where nobody knows another */
export async function objectNames(
  warehouse: Warehouse,
  objects: readonly ObjectRef[],
): Promise<(object: ObjectRef) => string> {
  const names = new Map<string, string>();
  const byKind = groupedBy(objects.map(lookedUpAs), ({ kind }) => kind);
  await Promise.all(
    [...byKind].map(async ([kind, asked]) => {
      const sql = NAMES[kind];
      if (sql === undefined) return;
      const rows = await warehouse.rows(sql, z.object({ key: z.string(), name: z.string() }), {
        ...{ lane: 'interactive', tag: 'names of objects' },
        params: { keys: [...new Set(asked.map(({ key }) => key))] },
      });
      for (const { key, name } of rows) if (name !== '') names.set(refText({ kind, key }), name);
    }),
  );
  return (object) => names.get(refText(lookedUpAs(object))) ?? object.key;
}
