/** The records a linkage of persons compares, as SQL over `base.person_record` and what was written where a number failed. */
import { z } from 'zod';
import { type Dataset, tableName as rawName } from '../../../ingestion/contract.ts';
import { identifier, literal, tableName } from '../../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../../warehouse/engine/warehouse.ts';
import { LINKAGE_DATABASE } from '../blocks.ts';
import { resolvedIdSql } from '../resolved-id.ts';

const WRITTEN = tableName(LINKAGE_DATABASE, 'person_written');
const options = { lane: 'batch' as const, tag: 'link person records' };

/** Numbers that say birth date and sex; those of passports and permits do not. */
const SPEAKS = (number: string): string => `match(${number}, '^[0-9]{17}[0-9X]$')`;

/** As the macro `person_id` has it. */
export const personIdSql = (number: string): string => resolvedIdSql('person', number);

/** Copies the numbers as they were written, of records whose number is not valid, from raw. */
export async function gatherWritten(warehouse: Warehouse, datasets: readonly Dataset[]): Promise<void> {
  await warehouse.run(`DROP TABLE IF EXISTS ${WRITTEN}`, options);
  await warehouse.run(
    `CREATE TABLE ${WRITTEN} (record_key String, written String) ENGINE = MergeTree ORDER BY record_key`,
    options,
  );
  const open = await warehouse.rows(
    `SELECT source_dataset, splitByChar(':', record_key)[2] AS field FROM base.person_record
     WHERE id_number = '' GROUP BY source_dataset, field ORDER BY source_dataset, field`,
    z.object({ source_dataset: z.string(), field: z.string() }),
    options,
  );
  for (const { source_dataset, field } of open) {
    const dataset = datasets.find((each) => `${each.source}.${each.dataset}` === source_dataset);
    const column = dataset?.fields.find((each) => each.name === field)?.source;
    if (!dataset || column === undefined) continue;
    const std = tableName('base', `std_${rawName(dataset)}`);
    const rows = `SELECT _batch_id, _row_no, concat(${literal(`${source_dataset}:${field}:`)}, lower(hex(_key_hash))) AS record_key
      FROM ${std} WHERE is_current = 1 AND ${identifier(field)} = ''`;
    await warehouse.run(
      `INSERT INTO ${WRITTEN}
       SELECT rows.record_key, upper(replaceRegexpAll(normalizeUTF8NFKC(toValidUTF8(delivered.${identifier(column)})), '[^0-9A-Za-z]', '')) AS written
       FROM (SELECT _batch_id, _row_no, ${identifier(column)} FROM ${tableName('raw', rawName(dataset))}
             WHERE (_batch_id, _row_no) IN (SELECT _batch_id, _row_no FROM (${rows}))) AS delivered
       INNER JOIN (${rows}) AS rows ON delivered._batch_id = rows._batch_id AND delivered._row_no = rows._row_no
       WHERE written != ''`,
      options,
    );
  }
}

/** Letters of a name alone, as the comparison has them. */
const LETTERS = `replaceRegexpAll(lowerUTF8(person_name), '[^\\\\p{L}\\\\p{N}]', '')`;
/** What the register of residents says counts more than any desk. */
const SAID_BY_REGISTER = 3;

/** The name most records of a number say, and how often. */
const OWNERS_SQL = `
  SELECT id_number, argMax(name, (times, name)) AS name, max(times) AS said
  FROM (
    SELECT id_number, ${LETTERS} AS name, sum(if(source_dataset = 'police.household_register', ${SAID_BY_REGISTER}, 1)) AS times
    FROM base.person_record WHERE id_number != '' AND person_name != '' GROUP BY id_number, name
  )
  GROUP BY id_number`;

/**
 * Records with a valid number that is hardly theirs: by all others it belongs to somebody of quite another name, or of another name
 * and another birthday or sex than this record says. They are compared as if they had none; who is not found elsewhere keeps it.
 */
const DISPUTED_SQL = `
  SELECT record_key FROM (
    SELECT records.record_key AS record_key, ${LETTERS} AS name, owners.name AS owner, owners.said AS said,
      ${SPEAKS('records.id_number')} AND (records.birth_date IS NOT NULL AND formatDateTime(assumeNotNull(records.birth_date), '%Y%m%d') != substring(records.id_number, 7, 8)
        OR records.sex_code IN ('1', '2') AND records.sex_code != if(toUInt8OrZero(substring(records.id_number, 17, 1)) % 2 = 1, '1', '2'))
        AS contradicts
    FROM base.person_record AS records
    INNER JOIN (${OWNERS_SQL}) AS owners ON records.id_number = owners.id_number
    WHERE records.id_number != '' AND records.person_name != ''
  )
  WHERE name != owner AND said >= 2 AND position(name, owner) = 0 AND position(owner, name) = 0
    AND (editDistanceUTF8(name, owner) >= 2 AND arraySort(ngrams(name, 1)) != arraySort(ngrams(owner, 1)) OR contradicts)`;

/** Records with a valid number are known (`side` 0, `anchor` their person); their number says birth date and sex where they do not. */
export const RECORDS_SQL = `
  WITH disputed AS (${DISPUTED_SQL})
  SELECT records.record_key AS record, toUInt8(number = '') AS side,
    if(number = '', '', ${personIdSql('number')}) AS anchor,
    records.person_name AS person_name,
    if(records.record_key IN disputed, '', records.id_number) AS number,
    if(records.id_number = '', written.written, number) AS number_written,
    multiIf(records.birth_date IS NOT NULL, toString(records.birth_date), NOT ${SPEAKS('number')}, '', substring(number, 7, 8)) AS birth_date,
    multiIf(records.sex_code != '', records.sex_code, NOT ${SPEAKS('number')}, '',
      toUInt8OrZero(substring(number, 17, 1)) % 2 = 1, '1', '2') AS sex_code,
    records.phone AS phone, records.employer AS employer, records.address AS address,
    records.application_no AS application_no, records.register_no AS register_no
  FROM base.person_record AS records
  LEFT JOIN ${WRITTEN} AS written ON records.record_key = written.record_key`;

/** Rows of `linkage.person_link` for every record with the number of somebody who was decided to be somebody else. */
export async function recordsOfPersons(
  warehouse: Warehouse,
  personIds: readonly string[],
): Promise<{ recordKey: string; personId: string }[]> {
  if (personIds.length === 0) return [];
  return warehouse.rows(
    `SELECT record_key AS recordKey, ${personIdSql('id_number')} AS personId FROM base.person_record
     WHERE id_number != '' AND personId IN {personIds:Array(String)} ORDER BY recordKey`,
    z.object({ recordKey: z.string(), personId: z.string() }),
    { ...options, params: { personIds } },
  );
}
