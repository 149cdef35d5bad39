/** Rows of a batch that are not loaded: one row of quarantine a row of the file; its first failure names it, the message lists the others. */
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import { failedValueSql, failureMessages, rowTextSql } from './check-sql.ts';
import type { Staging } from './staging.ts';

export const makeQuarantine = (staging: Staging): Promise<void> =>
  staging.make(
    staging.quarantine,
    `CREATE OR REPLACE TABLE ${staging.quarantine} AS meta.quarantine ${staging.isSmall ? 'ENGINE = Memory' : ''}`,
  );

/** Rows that cannot be what they claim. */
export async function quarantineRejected(staging: Staging): Promise<void> {
  const { dataset } = staging;
  const messages = [...failureMessages(dataset)];
  const list = (texts: string[]): string => `[${texts.map(literal).join(', ')}]`;
  const sentence = `transform(x, ${list(messages.map(([rule]) => rule))}, ${list(messages.map(([, text]) => text))}, x)`;
  const { columns, select } = staging.quarantineEntry({
    rule: "splitByChar(':', _rejects[1])[2]",
    field: "replaceOne(splitByChar(':', _rejects[1])[1], '*', '')",
    value: failedValueSql(dataset, '_rejects[1]'),
    message: `arrayStringConcat(arrayMap(x -> ${sentence}, _rejects), '; ')`,
    text: rowTextSql(dataset),
  });
  await staging.run(
    `INSERT INTO ${staging.quarantine} (${columns.join(', ')}) ${select} FROM ${staging.checked} WHERE notEmpty(_rejects)`,
  );
}

/** Rows nobody could read as a record. */
export async function quarantineUnreadable(staging: Staging): Promise<void> {
  const { read } = staging.batch;
  const { columns, select } = staging.quarantineEntry({
    rule: 'rule',
    field: "''",
    value: "''",
    message: 'message',
    text: 'text',
  });
  await staging.warehouse.insertParquet(
    staging.quarantine,
    columns,
    read.unreadablePath ?? '',
    '_row_no UInt64, rule String, message String, text String',
    // There may be as many as rows, each with kibibytes of text.
    (from) =>
      `${select} FROM ${from} SETTINGS max_block_size = 8192, min_insert_block_size_bytes = 33554432, input_format_parquet_max_block_size = 8192`,
    staging.options,
  );
}

/** Rows of a whole table whose key another row has. */
export async function quarantineDuplicateKeys(staging: Staging): Promise<void> {
  const { dataset } = staging;
  const keys = dataset.fields
    .filter(({ name }) => dataset.key.includes(name))
    .map(({ source }) => identifier(source));
  const { columns, select } = staging.quarantineEntry({
    rule: "'duplicate_key'",
    field: literal(dataset.key.join(', ')),
    value: `arrayStringConcat([${keys.join(', ')}], ', ')`,
    message: literal(failureMessages(dataset).get('*:duplicate_key') ?? ''),
    text: rowTextSql(dataset, (field) => identifier(field.source)),
  });
  await staging.run(
    `INSERT INTO ${staging.quarantine} (${columns.join(', ')}) ${select} FROM ${staging.good}
     WHERE _row_no IN (SELECT _row_no FROM ${staging.decision} WHERE decision = 'duplicate_key')`,
  );
}
