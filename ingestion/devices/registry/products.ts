/** Thing models in the operational store: a draft is prepared, and counts from its publication on (002:6949). */
import { AppError } from '../../../domain/errors.ts';
import type { OperationalStore } from '../../../warehouse/operational/store.ts';
import { shippedThingModels } from '../thing-models/shipped.ts';
import { type ThingModel, thingModelSchema } from '../thing-models/thing-model.ts';

export interface Product {
  product: string;
  version: number;
  published: ThingModel | null;
  draft: ThingModel | null;
}

/** Adds the shipped products that are missing; what staff changed stays as it is. */
export async function addShippedProducts(store: OperationalStore): Promise<void> {
  await store.db
    .insertInto('device_product')
    .values(
      shippedThingModels.map((model) => ({
        product: model.product,
        published: JSON.stringify(model),
        version: 1,
        published_at: new Date(),
        updated_by: 'anju',
      })),
    )
    .onConflict((conflict) => conflict.column('product').doNothing())
    .execute();
}

export async function listProducts(store: OperationalStore): Promise<Product[]> {
  const rows = await store.db.selectFrom('device_product').selectAll().orderBy('product').execute();
  return rows.map(({ product, version, published, draft }) => ({
    product,
    version,
    published: published === null ? null : thingModelSchema.parse(published),
    draft: draft === null ? null : thingModelSchema.parse(draft),
  }));
}

/** Keeps a draft, of a new product or of a change to one. */
export async function draftProduct(store: OperationalStore, model: ThingModel, by: string): Promise<void> {
  const draft = { draft: JSON.stringify(model), updated_at: new Date(), updated_by: by };
  await store.db
    .insertInto('device_product')
    .values({ product: model.product, ...draft })
    .onConflict((conflict) => conflict.column('product').doUpdateSet(draft))
    .execute();
}

/** Makes the draft count. @returns the new version */
export async function publishProduct(store: OperationalStore, product: string, by: string): Promise<number> {
  const row = await store.db
    .updateTable('device_product')
    .set((eb) => ({
      published: eb.ref('draft').$castTo<string>(),
      draft: null,
      version: eb('version', '+', 1),
      published_at: new Date(),
      updated_at: new Date(),
      updated_by: by,
    }))
    .where('product', '=', product)
    .where('draft', 'is not', null)
    .returning('version')
    .executeTakeFirst();
  if (row === undefined)
    throw new AppError('not_found', `The product ${product} has no draft.`, {
      fix: 'Save a draft first.',
    });
  return row.version;
}
