/** What the ingest asks of the registry for every message: in memory, loaded as a whole and replaced as a whole. */
import { timingSafeEqual } from 'node:crypto';
import type { OperationalStore } from '../../../warehouse/operational/store.ts';
import type { DeviceProtocol, DeviceState } from '../../../warehouse/operational/tables/devices.ts';
import { type Property, type ThingModel, thingModelSchema } from '../thing-models/thing-model.ts';
import { hashToken } from './credential.ts';

export interface KnownModel {
  model: ThingModel;
  properties: ReadonlyMap<string, Property>;
  events: ReadonlyMap<string, ThingModel['events'][number]>;
}

export interface KnownDevice {
  device: string;
  product: string;
  state: DeviceState;
  protocol: DeviceProtocol;
  gateway: string | null;
  tokenHash: string | null;
  /** Null while its product has no published thing model. */
  known: KnownModel | null;
  /** As the operational store had it; `Presence` knows better. */
  lastSeen: number;
  isOnline: boolean;
}

export class Directory {
  readonly #devices: ReadonlyMap<string, KnownDevice>;

  readonly #models: ReadonlyMap<string, KnownModel>;

  private constructor(devices: ReadonlyMap<string, KnownDevice>, models: ReadonlyMap<string, KnownModel>) {
    this.#devices = devices;
    this.#models = models;
  }

  static async load(store: OperationalStore): Promise<Directory> {
    const models = new Map<string, KnownModel>();
    const products = await store.db.selectFrom('device_product').select(['product', 'published']).execute();
    for (const { product, published } of products) {
      if (published !== null) models.set(product, knownModel(thingModelSchema.parse(published)));
    }
    const rows = await store.db
      .selectFrom('device')
      .select([
        'device_id',
        'product',
        'state',
        'protocol',
        'gateway_id',
        'token_hash',
        'last_seen_at',
        'is_online',
      ])
      .execute();
    return new Directory(
      new Map(
        rows.map((row) => [
          row.device_id,
          {
            device: row.device_id,
            product: row.product,
            state: row.state,
            protocol: row.protocol,
            gateway: row.gateway_id,
            tokenHash: row.token_hash,
            known: models.get(row.product) ?? null,
            lastSeen: row.last_seen_at?.getTime() ?? 0,
            isOnline: row.is_online,
          },
        ]),
      ),
      models,
    );
  }

  /** Products with a published thing model. */
  products(): Iterable<string> {
    return this.#models.keys();
  }

  find(device: string): KnownDevice | undefined {
    return this.#devices.get(device);
  }

  all(): Iterable<KnownDevice> {
    return this.#devices.values();
  }

  /** The enabled device with this id and token; null for every other, without telling which part was wrong. */
  authenticate(device: string, token: string): KnownDevice | null {
    const known = this.#devices.get(device);
    const given = Buffer.from(hashToken(token));
    const expected = Buffer.from(known?.tokenHash ?? hashToken(''));
    const isRight = given.length === expected.length && timingSafeEqual(given, expected);
    return isRight && known?.tokenHash !== null && known?.state === 'enabled' ? known : null;
  }

  /** May `source` speak for `device`? It may for itself and, as a gateway, for those behind it. */
  static maySpeakFor(source: string, device: KnownDevice): boolean {
    return device.device === source || device.gateway === source;
  }
}

const knownModel = (model: ThingModel): KnownModel => ({
  model,
  properties: new Map(model.properties.map((one) => [one.name, one])),
  events: new Map(model.events.map((one) => [one.name, one])),
});
