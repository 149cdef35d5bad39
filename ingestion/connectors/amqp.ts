/** A queue of messages (消息中间件, A0-1) on an AMQP 0-9-1 broker such as RabbitMQ, landed in small batches. */
import { z } from 'zod';
import { isIP } from 'node:net';
import { type ChannelModel, connect } from 'amqplib';
import { isAppError } from '../../domain/errors.ts';
import { errorMessage } from '../../warehouse/error-code.ts';
import { datasetId } from '../contract.ts';
import { collectMessages } from './amqp/collect-messages.ts';
import { connector, type SourceCall } from './connector.ts';
import { allowedNetworksSchema, resolveAllowed } from './net-guard.ts';
import { onlyDataset } from './one-dataset.ts';
import { retrySchema, untilStopped } from './retry.ts';
import { refusedBySource, socketError, unreachable } from './source-errors.ts';

export const amqpSettings = z.object({
  host: z.string().regex(/^[\w.:-]{1,253}$/, 'must be a host name or an address'),
  port: z.number().int().min(1).max(65535).optional(),
  tls: z.boolean().default(true),
  ca: z.string().startsWith('-----BEGIN CERTIFICATE-----').optional(),
  vhost: z.string().min(1).default('/'),
  user: z.string().min(1),
  /** It must be there: what its messages are routed by is its owner's business. */
  queue: z.string().min(1).max(255),
  format: z.enum(['json', 'xml']).default('json'),
  encoding: z.enum(['utf-8', 'gb18030']).default('utf-8'),
  /** JSON: path of the record, or of a list, in a message; '' is the whole. XML: name of the record elements. */
  records: z.string().max(200).default(''),
  /** Path in the record → source column of the contract. A column a message lacks is empty. */
  mapping: z.record(z.string().min(1), z.string().min(1)).default({}),
  /** A delivery is made of so many messages, or of what came within so many seconds of the first. */
  batchMessages: z.number().int().min(1).max(10_000).default(500),
  batchSeconds: z.number().positive().max(3600).default(5),
  maxMessageBytes: z
    .number()
    .int()
    .min(1)
    .max(2 ** 27)
    .default(2 ** 24),
  /** `drain`: until the queue is empty, for a schedule; `follow`: until the task is stopped. */
  mode: z.enum(['drain', 'follow']).default('drain'),
  /** Messages landed last whose repetition is recognised: more than the broker may send again after a cut connection. */
  remember: z.number().int().min(0).max(100_000).default(5000),
  allowedNetworks: allowedNetworksSchema,
  timeoutSeconds: z.number().positive().max(600).default(30),
  retry: retrySchema,
});
export type AmqpSettings = z.output<typeof amqpSettings>;

export const amqp = connector<AmqpSettings>({
  kind: 'amqp',
  zh: '消息队列（AMQP）',
  settings: amqpSettings,
  secrets: ['password'],
  async test(call) {
    const started = performance.now();
    const connection = await openConnection(call);
    try {
      const channel = await connection.createChannel();
      channel.on('error', () => undefined); // told by the call below
      const { messageCount } = await channel.checkQueue(call.settings.queue);
      return {
        roundTripMs: Math.round(performance.now() - started),
        detail: `The queue holds ${messageCount} messages.`,
      };
    } catch (error) {
      throw amqpError(call.settings.host, error);
    } finally {
      await connection.close().catch(() => undefined);
    }
  },
  collect: (call) =>
    untilStopped(
      call,
      collectMessages(call, onlyDataset(call.datasets), datasetId, {
        open: () => openConnection(call),
        inOurWords: (error) => amqpError(call.settings.host, error),
      }),
    ),
});

async function openConnection({
  settings,
  secrets,
}: Pick<SourceCall<AmqpSettings>, 'settings' | 'secrets'>): Promise<ChannelModel> {
  const { host, tls, ca, vhost, user, timeoutSeconds } = settings;
  const { address } = await resolveAllowed(host, settings.allowedNetworks);
  try {
    const connection = await connect(
      {
        protocol: tls ? 'amqps' : 'amqp',
        hostname: address,
        port: settings.port ?? (tls ? 5671 : 5672),
        ...{ username: user, password: secrets['password'] ?? '', vhost, heartbeat: 30 },
      },
      { timeout: timeoutSeconds * 1000, ca, ...(isIP(host) === 0 ? { servername: host } : {}) },
    );
    // Told again by whatever is under way on it.
    connection.on('error', () => undefined);
    return connection;
  } catch (error) {
    throw amqpError(host, error);
  }
}

function amqpError(host: string, error: unknown): unknown {
  const known = socketError(host, error);
  if (isAppError(known)) return known;
  const text = errorMessage(error);
  if (/ACCESS.REFUSED|\b403\b/i.test(text))
    return refusedBySource(host, 'user and password are not accepted, or may not read the queue', {
      cause: error,
    });
  if (/NOT.FOUND|\b404\b/i.test(text))
    return refusedBySource(host, 'there is no such queue', { cause: error });
  if (/\b(530|NOT.ALLOWED)\b/i.test(text))
    return refusedBySource(host, 'there is no such virtual host, or no right to it', { cause: error });
  if (/RESOURCE.LOCKED|PRECONDITION/i.test(text))
    return refusedBySource(host, 'the queue is held by somebody else alone', { cause: error });
  if (/closed|closing|ended|heartbeat|timeout|CONNECTION.FORCED|\b320\b/i.test(text))
    return unreachable(host, 'the connection was cut', error);
  return error;
}
