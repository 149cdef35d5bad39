/** What people call a compound or a building (地址别名), as staff confirmed it once: it holds from then on, until taken back. */
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import type { OperationalStore } from '../../warehouse/operational/store.ts';
import { pathOf } from './nodes.ts';

export interface Alias {
  saidDistrict: string;
  saidCompound: string;
  saidBuilding: string;
  meansDistrict: string;
  /** '' says that the name is no alias, whatever records teach. */
  meansCompound: string;
  meansBuilding: string;
}
export interface StandingAlias extends Alias {
  aliasId: number;
  author: string;
  reason: string;
}

export async function standingAliases(store: OperationalStore): Promise<StandingAlias[]> {
  const rows = await store.db
    .selectFrom('address_alias')
    .selectAll()
    .where('undone_at', 'is', null)
    .orderBy('alias_id')
    .execute();
  return rows.map((row) => ({
    aliasId: row.alias_id,
    saidDistrict: row.said_district,
    saidCompound: row.said_compound,
    saidBuilding: row.said_building,
    meansDistrict: row.means_district,
    meansCompound: row.means_compound,
    meansBuilding: row.means_building,
    author: row.author,
    reason: row.reason,
  }));
}

/** @throws AppError `conflict` when that name has a meaning */
export async function addAlias(
  store: OperationalStore,
  alias: Alias,
  by: { author: string; reason: string; decisionId?: number },
): Promise<number> {
  const standing = await store.db
    .selectFrom('address_alias')
    .select('alias_id')
    .where('undone_at', 'is', null)
    .where('said_district', '=', alias.saidDistrict)
    .where('said_compound', '=', alias.saidCompound)
    .where('said_building', '=', alias.saidBuilding)
    .executeTakeFirst();
  if (standing)
    throw new AppError('conflict', `“${alias.saidCompound}” has a meaning already.`, {
      where: { alias: standing.alias_id },
      fix: `Take it back first: anju identity alias-undo ${standing.alias_id} --reason …`,
    });
  const { alias_id } = await store.db
    .insertInto('address_alias')
    .values({
      said_district: alias.saidDistrict,
      said_compound: alias.saidCompound,
      said_building: alias.saidBuilding,
      means_district: alias.meansDistrict,
      means_compound: alias.meansCompound,
      means_building: alias.meansBuilding,
      decision_id: by.decisionId ?? null,
      author: by.author,
      reason: by.reason,
    })
    .returning('alias_id')
    .executeTakeFirstOrThrow();
  return alias_id;
}

/** @throws AppError `not_found` when there is no such alias that stands */
export async function undoAlias(
  store: OperationalStore,
  aliasId: number,
  { author, reason }: { author: string; reason: string },
): Promise<void> {
  const row = await store.db
    .updateTable('address_alias')
    .set({ undone_at: new Date(), undone_by: author, undo_reason: reason })
    .where('alias_id', '=', aliasId)
    .where('undone_at', 'is', null)
    .returning('alias_id')
    .executeTakeFirst();
  if (!row)
    throw new AppError('not_found', `Alias ${aliasId} does not stand.`, {
      fix: 'anju identity aliases lists them.',
    });
}

/** What a record and the house it was confirmed to be call the compound; undefined where both say the same, or one says nothing. */
export async function aliasOf(warehouse: Warehouse, a: string, b: string): Promise<Alias | undefined> {
  const [record, house] = pathOf(a).isAnchor ? [pathOf(b), pathOf(a)] : [pathOf(a), pathOf(b)];
  const [row] = await warehouse.rows(
    `SELECT said.district AS saidDistrict, said.compound AS saidCompound, means.district AS meansDistrict, means.compound AS meansCompound
     FROM (SELECT district, compound FROM base.dwelling_record WHERE source_dataset = {dataset:String} AND record_key = {key:String}) AS said
     CROSS JOIN (
       SELECT district, compound FROM base.dwelling_record
       WHERE source_dataset IN ('property.house_registry', 'operations.dwelling') AND house_code = {house:String}
       ORDER BY source_dataset DESC LIMIT 1
     ) AS means`,
    z.object({
      ...{ saidDistrict: z.string(), saidCompound: z.string() },
      ...{ meansDistrict: z.string(), meansCompound: z.string() },
    }),
    {
      lane: 'interactive',
      tag: 'alias',
      params: { dataset: record.dataset, key: record.key, house: house.key },
    },
  );
  if (!row || row.saidCompound === '' || row.meansCompound === '' || row.saidCompound === row.meansCompound)
    return undefined;
  return { ...row, saidBuilding: '', meansBuilding: '' };
}
