import { z } from 'zod';
import { allowedNetworksSchema } from '../net-guard.ts';
import { retrySchema } from '../retry.ts';
import { tlsShape } from '../tls.ts';

export const amqpSettings = z.strictObject({
  host: z.string().regex(/^[\w.:-]{1,253}$/, 'must be a host name or an address'),
  port: z.number().int().min(1).max(65535).optional(),
  tls: z.boolean().default(true),
  ...tlsShape,
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
