/** Kinds of values settings have, as a person types them. */
import { z } from 'zod';

const UNITS: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

export const positiveInteger = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0')
  .transform(Number);

export const byteSize = z
  .string()
  .regex(/^[1-9]\d{0,11}\s*[KMGT]?(i?B)?$/i, 'must be a size such as 512M or 4G')
  .transform((text) => {
    const [, digits = '0', unit = ''] = /^(\d+)\s*([KMGT]?)/i.exec(text) ?? [];
    return Number(digits) * (UNITS[unit.toUpperCase()] ?? 1);
  });

export const portNumber = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port from 0 to 65535')
  .transform(Number)
  .refine((port) => port <= 65535, { message: 'must be a port from 0 to 65535' });

export const pemFile = z.string().startsWith('/', 'must be the whole path of a PEM file');
export const hostName = z.string().regex(/^[\w.:-]+$/, 'must be an address or a host name');

export const urlOf = (protocols: string[], example: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be a URL such as ${example}`,
  });

/** `s3://bucket/prefix?endpoint=https://store:9000&region=cn-north-1`, or a directory. */
export const objectStoreAddress = z
  .string()
  .refine((text) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(text) || /^(file:\/\/\/|s3:\/\/)/.test(text), {
    message: 'must be a directory, a file:/// URL or s3://bucket/prefix?endpoint=…&region=…',
  })
  .transform((text, context) => {
    if (text.startsWith('file:///')) return { directory: decodeURIComponent(new URL(text).pathname) };
    if (!text.startsWith('s3://')) return { directory: text };
    const url = URL.canParse(text) ? new URL(text) : null;
    const endpoint = url?.searchParams.get('endpoint') ?? undefined;
    const prefix = (url?.pathname ?? '').split('/').filter(Boolean).map(decodeURIComponent);
    const isRight =
      url !== null &&
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.hostname) &&
      url.username === '' &&
      !prefix.includes('..') &&
      (endpoint === undefined || /^https?:\/\/[^@]+$/.test(endpoint));
    if (isRight) {
      return {
        s3: { bucket: url.hostname, prefix, endpoint, region: url.searchParams.get('region') ?? 'us-east-1' },
      };
    }
    context.addIssue({
      code: 'custom',
      message:
        'must be s3://bucket/prefix?endpoint=https://host&region=name, its keys in ANJU_S3_ACCESS_KEY and ANJU_S3_SECRET_KEY',
    });
    return z.NEVER;
  });
