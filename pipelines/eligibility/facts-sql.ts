/**
 * The facts registers state of people on a day, as far as was known at an instant, as one relation. A standardising table keeps every statement
 * (docs/decisions/0007-two-axes.md): what is told of a key first is so from the beginning of time, for the rows' own dates (bought, granted, paid)
 * say since when; later statements hold from the day they are about.
 */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { contractsOfFact, type Definitions, type Fact } from './definitions.ts';

/** What the relation `members` has: who is asked about, and on which day. `of_number` and `of_programme` are '' where they are not known. */
export const MEMBER_COLUMNS = [
  ...[
    'of_application',
    'of_member',
    'of_number',
    'of_applicant',
    'of_form',
    'of_programme',
    'of_declared_marriage',
  ],
  ...['of_declared_income', 'day'],
] as const;

/** `base.std_…` of `<source>.<dataset>`. */
export const stdTable = (dataset: string): string =>
  `base.${identifier(`std_${dataset.replace('.', '__')}`)}`;

/** An instant of knowledge, as text `{known}` of a query. */
export const KNOWN = "parseDateTime64BestEffort({known:String}, 3, 'UTC')";

/**
 * Versions of a data set's rows as known at `{known}`: its columns, `so_from` and `so_until` (exclusive); deletions (`is_deleted`) among them.
 * @param about which keys: a condition over the table; all of a key's statements are weighed where one of them meets it
 */
export const versionsSql = (dataset: string, about: string): string => `(
    SELECT *,
        if(row_number() OVER told = 1, toDate32('1900-01-01'), valid_from) AS so_from,
        leadInFrame(valid_from, 1, toDate32('2299-12-31')) OVER told AS so_until
    FROM (
        SELECT * FROM ${stdTable(dataset)}
        WHERE known_from <= ${KNOWN} AND known_to > ${KNOWN}
            AND _key_hash IN (SELECT _key_hash FROM ${stdTable(dataset)} WHERE ${about})
        ORDER BY valid_from DESC, known_from DESC, _batch_id DESC, _row_no DESC
        LIMIT 1 BY _key_hash, valid_from
    )
    WINDOW told AS (PARTITION BY _key_hash ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)`;

/** The condition that a version holds on a day. */
export const heldOn = (day: string): string => `so_from <= ${day} AND so_until > ${day} AND is_deleted = 0`;

/** Whom facts are asked of: a relation with {@link MEMBER_COLUMNS}, and what may stand after IN to mean their numbers. */
export interface People {
  members: string;
  numbers: string;
}

/** Of a data set that is appended to: the last delivered of what was known, a payment without a number under its account's. */
function appendedSql(dataset: string, fact: Fact, numbers: string): string {
  const key = (fact.version_of ?? []).map(identifier).join(', ');
  const latest = (whose: string): string => `(
        SELECT * FROM ${stdTable(dataset)}
        WHERE _batch_id NOT IN (SELECT batch_id FROM meta.batch WHERE loaded_at > ${KNOWN})
            AND ${whose}
        ORDER BY _business_date DESC, _batch_id DESC, _row_no DESC
        LIMIT 1 BY ${key}
    )`;
  if (fact.account === undefined) return latest(`id_number IN ${numbers}`);
  const account = identifier(fact.account);
  return `(
    SELECT payment.* EXCEPT (id_number), if(payment.id_number != '', payment.id_number, account.of_holder) AS id_number
    FROM ${latest(`(id_number IN ${numbers} OR id_number = '')`)} AS payment
    LEFT JOIN (
        SELECT ${account} AS of_account, argMax(id_number, (valid_from, known_from)) AS of_holder
        FROM ${stdTable(dataset.replace(/_payment$/, '_basic'))}
        WHERE id_number IN ${numbers} AND known_from <= ${KNOWN} AND known_to > ${KNOWN}
        GROUP BY of_account
    ) AS account ON account.of_account = payment.${account}
)`;
}

const expression = (sql: string): string => `(${sql.replaceAll('{city}', '{city:String}')})`;

/** A fact as a tuple in the order of the columns below; NULL-safe, so that tuples of facts have one type. */
const tupleSql = (fact: Fact): string =>
  `(toUInt8(ifNull(${expression(fact.when)}, 0)), ${literal(fact.fact)}, CAST(${expression(fact.number)}, 'Nullable(Decimal(18, 2))'),
        CAST(${expression(fact.date)}, 'Nullable(Date32)'), CAST(${expression(fact.until)}, 'Nullable(Date32)'), toString(${expression(fact.word)}), toUInt8(ifNull(${expression(fact.flag)}, 0)))`;

/** All facts of a data set about the person a column names, in one reading of it. */
function datasetSql(dataset: string, person: string, facts: readonly Fact[], { numbers }: People): string {
  const column = identifier(person);
  const appended = facts.find(({ version_of }) => version_of !== undefined);
  const rows = appended
    ? appendedSql(dataset, appended, numbers)
    : versionsSql(dataset, `${column} IN ${numbers}`);
  return `SELECT ${MEMBER_COLUMNS.map((name) => `members.${name} AS ${name}`).join(', ')},
    arrayJoin(arrayFilter(told -> told.1 = 1, [${facts.map(tupleSql).join(',\n        ')}])) AS told,
    ${literal(dataset)} AS dataset, so._batch_id AS batch_id, so._row_no AS row_no
FROM ${rows} AS so
INNER JOIN members ON members.of_number = so.${column}
${appended ? '' : `WHERE ${heldOn('members.day')}`}`;
}

/** Every member is a fact, so that households without any other are judged too. */
const MEMBERS = `SELECT ${MEMBER_COLUMNS.join(', ')},
    (toUInt8(1), 'member', CAST(NULL, 'Nullable(Decimal(18, 2))'), CAST(NULL, 'Nullable(Date32)'), CAST(NULL, 'Nullable(Date32)'), '', toUInt8(0)) AS told,
    '' AS dataset, toUInt64(0) AS batch_id, toUInt64(0) AS row_no
FROM members`;

/**
 * `WITH` the relations `members` and `facts`, to begin a query; parameters `{known}` and `{city}`.
 * @param held contracts whose tables are there; facts of others are left out (their data sets have not answered)
 * @param wanted only these facts; all where absent
 */
export function factsSql(
  known: Definitions,
  people: People,
  held: ReadonlySet<string>,
  wanted?: ReadonlySet<string>,
): string {
  const readings = new Map<string, { dataset: string; person: string; facts: Fact[] }>();
  for (const fact of known.facts.values()) {
    if (wanted && !wanted.has(fact.fact)) continue;
    for (const dataset of contractsOfFact(known, fact).filter((one) => held.has(one)))
      for (const person of fact.person) {
        const key = `${dataset} ${person}`;
        const reading = readings.get(key) ?? { dataset, person, facts: [] };
        reading.facts.push(fact);
        readings.set(key, reading);
      }
  }
  const rows = [...readings.values()].map(({ dataset, person, facts }) =>
    datasetSql(dataset, person, facts, people),
  );
  return `WITH members AS (${people.members}),
facts AS (
    SELECT ${MEMBER_COLUMNS.join(', ')}, told.2 AS fact, dataset, told.3 AS number, told.4 AS date, told.5 AS until, told.6 AS word, told.7 AS flag,
        batch_id, row_no
    FROM (
${[MEMBERS, ...rows].join('\nUNION ALL\n')}
    )
)`;
}
