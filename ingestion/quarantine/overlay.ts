/** Rows of quarantine as somebody has them, checked by the checks of landing before they land. */
import { z } from 'zod';
import { identifier, literal } from '../../warehouse/engine/sql.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { type Dataset, datasetId } from '../contract.ts';
import { rawTable } from '../generate/raw-table.ts';
import { checkedSql } from '../landing/check-sql.ts';
import { deliveredSql } from '../landing/delivered-sql.ts';
import { asRepaired } from './as-repaired.ts';
import { editsSql, isDeletion, itemsSql, readableRules, selectionSql } from './items.ts';
import type { QuarantineSelection } from '../../warehouse/operational/tables/quarantine.ts';

/** The texts a selection's rows are mended with. */
interface Corrections {
  /** The same for every row, by the source's column. */
  corrections: Record<string, string>;
  /** Its edits are each row's own. */
  selection: QuarantineSelection;
}

export interface Repair extends Corrections {
  kind: 'mend' | 'accept';
  dataset: Dataset;
  /** Always of one batch. */
  batchId: number;
  author: string;
}

/** What becomes of a row of the selection; only `ready` ones land. */
export type Verdict = 'ready' | 'fails' | 'unreadable' | 'superseded' | 'handled' | 'delete';

/** The source's columns of rows in quarantine, corrected. @param where over `meta.quarantine` */
export function correctedSql(
  dataset: Dataset,
  { corrections, selection }: Corrections,
  where: string,
): string {
  const isEdited = selection.edits !== undefined;
  const columns = dataset.fields.map(({ name, source }) => {
    const corrected = Object.hasOwn(corrections, source) ? corrections[source] : undefined;
    const delivered = `JSONExtractString(row_text, ${literal(source)})`;
    const own = isEdited
      ? `if(mapContains(texts, ${literal(name)}), texts[${literal(name)}], ${delivered})`
      : delivered;
    return `${corrected === undefined ? own : literal(corrected)} AS ${identifier(source)}`;
  });
  const rows = `SELECT row_no, row_text FROM meta.quarantine WHERE ${where}`;
  const from = isEdited
    ? `(${rows}) AS waiting LEFT JOIN (${lastTexts(datasetId(dataset), selection)}) AS edited USING (row_no)`
    : `(${rows})`;
  return `SELECT row_no AS _row_no, ${columns.join(', ')} FROM ${from}`;
}

/** SELECT of `row_no` and `texts`, by standard name, as the last rule left them. */
const lastTexts = (dataset: string, selection: QuarantineSelection): string => `
  SELECT row_no, mapFromArrays(groupArray(field), groupArray(text)) AS texts FROM (
    SELECT row_no, toString(field) AS field, argMax(value_after, step) AS text
    FROM meta.quarantine_edit WHERE ${editsSql(dataset, selection)} GROUP BY row_no, field
  ) GROUP BY row_no`;

/**
 * SELECT of `row_no, rule, field, rejects, verdict` of every row of the selection.
 * A row the agency sent again later (a newer batch holds its key) is superseded: it knows better than who mends.
 */
export function verdictsSql(repair: Repair, datasetName: string): string {
  const { dataset, batchId, kind, author } = repair;
  const where = selectionSql(datasetName, { ...repair.selection, batchId });
  const readable = readableRules(dataset).map(literal).join(', ');
  const repaired = asRepaired(dataset, kind);
  const columns = dataset.fields.map(({ source }) => source);
  const corrected = `(${correctedSql(dataset, repair, where)})`;
  const checked = checkedSql(repaired, deliveredSql(repaired, { columns, numbering: 'column' }, corrected));
  const isUnreadable = kind === 'accept' ? `items.field = '' AND items.rule NOT IN (${readable})` : 'false';
  const isDelete = isDeletion('items.row_text');
  return `SELECT items.row_no AS row_no, items.rule AS rule, items.field AS field, checked._rejects AS rejects,
      multiIf(
        items.state NOT IN ('open', 'claimed') OR (items.state = 'claimed' AND items.author != ${literal(author)}), 'handled',
        ${isUnreadable}, 'unreadable', ${isDelete}, 'delete', notEmpty(checked._rejects), 'fails',
        checked._key_hash IN (SELECT _key_hash FROM ${rawTable(dataset)} WHERE _batch_id > ${batchId}), 'superseded',
        'ready') AS verdict
    FROM (${itemsSql(where)}) AS items
    INNER JOIN (SELECT _row_no, _key_hash, _rejects FROM (${checked})) AS checked ON items.row_no = checked._row_no`;
}

const counted = z.object({ verdict: z.string(), rows: z.number(), rejects: z.array(z.string()) });

/** How many rows of the selection would land, and why the others would not. */
export async function judge(
  warehouse: Warehouse,
  repair: Repair,
  datasetName: string,
): Promise<Map<Verdict, { rows: number; rejects: string[] }>> {
  const rows = await warehouse.rows(
    `SELECT verdict, toInt32(count()) AS rows, groupUniqArrayArray(20)(rejects) AS rejects
     FROM (${verdictsSql(repair, datasetName)}) GROUP BY verdict`,
    counted,
    { tag: 'quarantine.judge' },
  );
  return new Map(rows.map(({ verdict, ...of }) => [verdict as Verdict, of]));
}
