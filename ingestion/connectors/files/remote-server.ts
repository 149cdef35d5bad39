import { z } from 'zod';
import { allowedNetworksSchema } from '../net-guard.ts';
import { retrySchema } from '../retry.ts';

/** Settings of a server with files. */
export const remoteServerShape = {
  host: z.string().regex(/^[\w.:-]{1,253}$/, 'must be a host name or an address'),
  user: z.string().min(1).max(200),
  /** Without a `/` at its end. */
  directory: z
    .string()
    .regex(/^[^\p{Cc}]{0,1000}$/u, 'must be a path')
    .transform((path) => path.replace(/(?<=.)\/+$/, ''))
    .default('.'),
  allowedNetworks: allowedNetworksSchema,
  /** Of one answer; a transfer may take longer while it goes on. */
  timeoutSeconds: z.number().positive().max(3600).default(30),
  retry: retrySchema,
};
