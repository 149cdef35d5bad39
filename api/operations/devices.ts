import { z } from 'zod';
import { registerChanged } from '../../ingestion/devices/index.ts';
import {
  addDevice,
  changeDevice,
  deviceChangeSchema,
  deviceIdSchema,
  deviceInputSchema,
  deviceSchema,
  exchangeDevice,
  exchangeSchema,
  findDevice,
  listDevices,
  renewToken,
} from '../../ingestion/devices/registry/devices.ts';
import {
  addShippedProducts,
  draftProduct,
  listProducts,
  publishProduct,
} from '../../ingestion/devices/registry/products.ts';
import { thingModelSchema } from '../../ingestion/devices/thing-models/thing-model.ts';
import { audited } from '../audit.ts';
import { COMMAND, operation } from './operation.ts';

const id = z.object({ deviceId: deviceIdSchema });

export const productSchema = z.object({
  product: z.string(),
  version: z.number(),
  published: thingModelSchema.nullable(),
  draft: thingModelSchema.nullable(),
});

/** `anju device list` */
export const deviceList = operation({
  params: z.object({
    product: z.string().max(40).optional(),
    state: z.enum(['enabled', 'disabled', 'retired']).optional(),
    houseCode: z.string().max(128).optional(),
    search: z.string().max(64).optional(),
    after: z.string().max(64).optional(),
    limit: z.int().min(1).max(1000).default(200),
  }),
  result: z.object({ devices: z.array(deviceSchema) }),
  run: async ({ store }, params) => ({ devices: await listDevices(store, params) }),
});

/** `anju device add`: the token stands only in this answer. */
export const deviceAdd = operation({
  params: deviceInputSchema,
  result: z.object({ deviceId: z.string(), token: z.string().nullable() }),
  run: async (platform, input) => {
    const entry = { user: COMMAND, action: 'device-add', object: input.deviceId };
    const { token } = await audited(platform.store, entry, async () => {
      await addShippedProducts(platform.store);
      return addDevice(platform.store, input, COMMAND);
    });
    await registerChanged(platform);
    return { deviceId: input.deviceId, token };
  },
});

/** `anju device state`: enable, disable, retire; everything else as it is. */
export const deviceState = operation({
  params: id.extend({ state: deviceChangeSchema.shape.state.removeDefault() }),
  result: deviceSchema,
  run: async (platform, { deviceId, state }) => {
    const entry = { user: COMMAND, action: 'device-change', object: deviceId, detail: { state } };
    const device = await audited(platform.store, entry, async () => {
      const known = await findDevice(platform.store, deviceId);
      return changeDevice(platform.store, deviceId, { ...known, state }, COMMAND);
    });
    await registerChanged(platform);
    return device;
  },
});

/** `anju device token`: a new one in place of the old. */
export const deviceToken = operation({
  params: id,
  result: z.object({ deviceId: z.string(), token: z.string() }),
  run: async (platform, { deviceId }) => {
    const { token } = await audited(
      platform.store,
      { user: COMMAND, action: 'device-token', object: deviceId },
      () => renewToken(platform.store, deviceId, COMMAND),
    );
    await registerChanged(platform);
    return { deviceId, token };
  },
});

/** `anju device exchange` */
export const deviceExchange = operation({
  params: id.extend(exchangeSchema.shape),
  result: z.object({ oldDeviceId: z.string(), newDeviceId: z.string() }),
  run: async (platform, { deviceId, ...exchange }) => {
    const entry = {
      user: COMMAND,
      action: 'device-exchange',
      object: deviceId,
      detail: { to: exchange.newDeviceId },
    };
    await audited(platform.store, entry, () => exchangeDevice(platform.store, deviceId, exchange, COMMAND));
    await registerChanged(platform);
    return { oldDeviceId: deviceId, newDeviceId: exchange.newDeviceId };
  },
});

/** `anju device products` */
export const deviceProducts = operation({
  params: z.object({}),
  result: z.object({ products: z.array(productSchema) }),
  run: async ({ store }) => {
    await addShippedProducts(store);
    return { products: await listProducts(store) };
  },
});

/** `anju device publish FILE`: a thing model, new or changed, made to count. */
export const deviceProductPublish = operation({
  params: z.object({ model: thingModelSchema }),
  result: z.object({ product: z.string(), version: z.number() }),
  run: async (platform, { model }) => {
    const entry = { user: COMMAND, action: 'device-product-publish', object: model.product };
    const version = await audited(platform.store, entry, async () => {
      await draftProduct(platform.store, model, COMMAND);
      return publishProduct(platform.store, model.product, COMMAND);
    });
    await registerChanged(platform);
    return { product: model.product, version };
  },
});
