import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import {
  activitySchema,
  deviceActivity,
  deviceOverview,
  overviewSchema,
} from '../../ingestion/devices/activity.ts';
import { deviceHub, registerChanged } from '../../ingestion/devices/index.ts';
import type { MessageKind } from '../../ingestion/devices/gateway/topic.ts';
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
import type { Platform } from '../../warehouse/platform.ts';
import { audited } from '../audit.ts';
import { type Call, type Endpoint, endpoint } from '../endpoint.ts';
import { productSchema } from '../operations/devices.ts';

const params = z.object({ id: deviceIdSchema });
const productParams = z.object({ product: z.string().max(40) });
const withToken = z.object({
  deviceId: z.string(),
  token: z.string().nullable().describe('shown only in this answer'),
});
const taken = z.object({
  readings: z.number(),
  events: z.number(),
  refused: z.array(
    z.object({ device: z.string(), rule: z.string(), field: z.string(), message: z.string() }),
  ),
});

/** Does a change, keeps who did it, and lets the ingest know. */
async function changing<T>(
  { platform, identity, request }: Pick<Call<unknown, unknown, unknown>, 'platform' | 'identity' | 'request'>,
  action: string,
  object: string,
  work: (platform: Platform, by: string) => Promise<T>,
): Promise<T> {
  const result = await audited(
    platform.store,
    { user: identity.user, action, object, address: request.ip },
    () => work(platform, identity.user),
  );
  await registerChanged(platform);
  return result;
}

/** What a device sends by HTTP. It answers when the message is on disk; what is wrong with it stands in the answer and in quarantine. */
const telemetry = (path: string, kind: MessageKind, summary: string): Endpoint =>
  endpoint({
    method: 'post',
    path: `/api/devices/:id/${path}`,
    summary,
    tag: 'devices',
    right: 'public',
    params,
    body: z.unknown(),
    answer: taken,
    handler: async ({ platform, params: { id }, body, request, response }) => {
      const hub = await deviceHub(platform);
      const token = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1] ?? '';
      const device = hub.authenticate(id, token);
      if (device === null)
        throw new AppError('unauthenticated', 'The device is unknown, not enabled, or its token is wrong.', {
          fix: 'Send `Authorization: Bearer <token>` with the token of this device.',
        });
      const { waitMs, isCut } = hub.floodGate.take(id);
      if (isCut) await hub.reportFlood(id);
      const pauseMs = Math.max(waitMs, hub.floodGate.restMs(id));
      if (pauseMs > 0) {
        hub.floodGate.giveBack(id);
        hub.counts.flooded += 1;
        response.setHeader('retry-after', String(Math.ceil(pauseMs / 1000)));
        throw new AppError('too_many_requests', 'This device sends too many messages.', {
          fix: 'Put several readings into one message.',
          retriable: true,
        });
      }
      const message = await hub.receive({
        source: id,
        kind,
        payload: { json: body },
        receivedAt: Date.now(),
      });
      return {
        readings: message.readings.length,
        events: message.events.length,
        refused: message.refusals.map(({ device: about, rule, field, message: why }) => ({
          device: about,
          rule,
          field,
          message: why,
        })),
      };
    },
  });

/** Devices: the register for staff, and the way in for those that speak HTTP (catalog E.3). */
export const deviceEndpoints: Endpoint[] = [
  telemetry('telemetry', 'telemetry', 'Readings of a device; gzip and batches allowed'),
  telemetry('events', 'event', 'Events of a device'),
  endpoint({
    method: 'get',
    path: '/api/devices',
    summary: 'Devices, by product, state, dwelling, or the beginning of their id',
    tag: 'devices',
    right: 'devices:read',
    query: z.object({
      product: z.string().max(40).optional(),
      state: z.enum(['enabled', 'disabled', 'retired']).optional(),
      houseCode: z.string().max(128).optional(),
      online: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional(),
      search: z.string().max(64).optional(),
      after: z.string().max(64).optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
    }),
    answer: z.object({ devices: z.array(deviceSchema) }),
    handler: async ({ platform, query }) => ({ devices: await listDevices(platform.store, query) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/device-overview',
    summary: 'Devices enabled and online; thresholds crossed and messages refused in the last seven days',
    tag: 'devices',
    right: 'devices:read',
    answer: overviewSchema,
    handler: ({ platform }) => deviceOverview(platform),
  }),
  endpoint({
    method: 'get',
    path: '/api/devices/:id/activity',
    summary: 'What a device said last, crossed, and was refused',
    tag: 'devices',
    right: 'devices:read',
    params,
    answer: activitySchema,
    handler: ({ platform, params: { id } }) => deviceActivity(platform, id),
  }),
  endpoint({
    method: 'get',
    path: '/api/devices/:id',
    summary: 'One device',
    tag: 'devices',
    right: 'devices:read',
    params,
    answer: deviceSchema,
    handler: ({ platform, params: { id } }) => findDevice(platform.store, id),
  }),
  endpoint({
    method: 'post',
    path: '/api/devices',
    summary: 'Add a device; the answer has its token',
    tag: 'devices',
    right: 'devices:manage',
    body: deviceInputSchema,
    answer: withToken,
    handler: async (call) => {
      const { deviceId } = call.body;
      const { token } = await changing(call, 'device-add', deviceId, async (platform, by) => {
        await addShippedProducts(platform.store);
        return addDevice(platform.store, call.body, by);
      });
      return { deviceId, token };
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/devices/:id',
    summary: 'Change a device, its state included',
    tag: 'devices',
    right: 'devices:manage',
    params,
    body: deviceChangeSchema,
    answer: deviceSchema,
    handler: (call) =>
      changing(call, 'device-change', call.params.id, ({ store }, by) =>
        changeDevice(store, call.params.id, call.body, by),
      ),
  }),
  endpoint({
    method: 'delete',
    path: '/api/devices/:id',
    summary: 'Retire a device: it may not speak any more, its history stays',
    tag: 'devices',
    right: 'devices:manage',
    params,
    answer: deviceSchema,
    handler: (call) =>
      changing(call, 'device-retire', call.params.id, async ({ store }, by) =>
        changeDevice(
          store,
          call.params.id,
          { ...(await findDevice(store, call.params.id)), state: 'retired' },
          by,
        ),
      ),
  }),
  endpoint({
    method: 'post',
    path: '/api/devices/:id/token',
    summary: 'A new token in place of the old one',
    tag: 'devices',
    right: 'devices:manage',
    params,
    answer: withToken,
    handler: async (call) => {
      const { id: deviceId } = call.params;
      const { token } = await changing(call, 'device-token', deviceId, ({ store }, by) =>
        renewToken(store, deviceId, by),
      );
      return { deviceId, token };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/devices/:id/exchange',
    summary: 'A meter replaced by another, with the last register of the one and the first of the other',
    tag: 'devices',
    right: 'devices:manage',
    params,
    body: exchangeSchema,
    answer: deviceSchema,
    handler: (call) =>
      changing(call, 'device-exchange', call.params.id, async ({ store }, by) => {
        await exchangeDevice(store, call.params.id, call.body, by);
        return findDevice(store, call.body.newDeviceId);
      }),
  }),
  endpoint({
    method: 'get',
    path: '/api/device-products',
    summary: 'Products with their thing models, published and draft',
    tag: 'devices',
    right: 'devices:read',
    answer: z.object({ products: z.array(productSchema) }),
    handler: async ({ platform }) => {
      await addShippedProducts(platform.store);
      return { products: await listProducts(platform.store) };
    },
  }),
  endpoint({
    method: 'put',
    path: '/api/device-products/:product',
    summary: 'Save the draft of a thing model; it counts from its publication on',
    tag: 'devices',
    right: 'devices:manage',
    params: productParams,
    body: thingModelSchema,
    answer: productSchema,
    handler: async (call) => {
      const { product } = call.params;
      if (call.body.product !== product)
        throw new AppError('bad_request', 'The thing model is of another product.', {
          where: { field: 'product' },
        });
      await changing(call, 'device-product-draft', product, ({ store }, by) =>
        draftProduct(store, call.body, by),
      );
      return productOf(call.platform, product);
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/device-products/:product/publish',
    summary: 'Make the draft count',
    tag: 'devices',
    right: 'devices:manage',
    params: productParams,
    answer: productSchema,
    handler: async (call) => {
      const { product } = call.params;
      await changing(call, 'device-product-publish', product, ({ store }, by) =>
        publishProduct(store, product, by),
      );
      return productOf(call.platform, product);
    },
  }),
];

async function productOf({ store }: Platform, product: string) {
  const found = (await listProducts(store)).find((one) => one.product === product);
  if (found === undefined) throw new AppError('not_found', `There is no product ${product}.`);
  return found;
}
