/**
 * Which machines a task may reach. An address in a task's settings, in a redirect or in a name server's answer can lead to
 * this machine, to its cloud's metadata service or to somebody else's network; so every name is resolved here, checked, and
 * the connection is made to the address that was checked (a name that changes its address in between gains nothing).
 */
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';

/** Where clouds keep the credentials of a machine: never a source of housing data, whatever a task allows. */
const METADATA = new Set(['169.254.169.254', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254']);

/** Agencies' networks are private, so each task names those it may reach: `["10.20.0.0/16"]`. */
export const allowedNetworksSchema = z
  .array(
    z.string().refine((text) => ipaddr.isValidCIDR(text) && ipaddr.parseCIDR(text)[1] >= 8, {
      message: 'must be a network such as 10.20.0.0/16, at least /8',
    }),
  )
  .max(64)
  .default([]);

export interface Pinned {
  /** As it was asked for: what a certificate must name. */
  host: string;
  address: string;
  family: 4 | 6;
}

export type Resolver = (host: string) => Promise<{ address: string }[]>;
const byNameServer: Resolver = (host) => lookup(host, { all: true, verbatim: true });

/**
 * @returns the first address of the host that may be reached
 * @throws AppError `source_unreachable` for a name nobody knows, `source_refused` for one that leads where the task may not go
 */
export async function resolveAllowed(
  host: string,
  allowedNetworks: readonly string[],
  resolver: Resolver = byNameServer,
): Promise<Pinned> {
  const name = host.replace(/^\[|\]$/g, '');
  const addresses = ipaddr.isValid(name) ? [{ address: name }] : await resolved(name, resolver);
  for (const { address } of addresses) {
    // A zone (`fe80::1%eth0`) is not part of an address.
    const parsed = ipaddr.process(address.replace(/%.*$/, ''));
    if (isAllowed(parsed, allowedNetworks))
      return { host: name, address: parsed.toString(), family: parsed.kind() === 'ipv4' ? 4 : 6 };
  }
  throw new AppError(
    'source_refused',
    `${name} is in a network this task may not reach (loopback, private, link-local or reserved).`,
    {
      where: { host: name },
      fix: 'If the source is there, name its network in allowedNetworks of the task.',
    },
  );
}

async function resolved(name: string, resolver: Resolver): Promise<{ address: string }[]> {
  try {
    return await resolver(name);
  } catch (error) {
    throw new AppError('source_unreachable', `No address is known for ${name}.`, {
      where: { host: name },
      retriable: true,
      cause: error,
    });
  }
}

function isAllowed(address: ipaddr.IPv4 | ipaddr.IPv6, allowedNetworks: readonly string[]): boolean {
  if (METADATA.has(address.toString())) return false;
  if (address.range() === 'unicast') return true;
  return allowedNetworks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === address.kind() && address.match(base, bits);
  });
}

/** For sockets that resolve on their own: gives the address that was checked, and asks nobody. */
export const pinnedLookup =
  ({ address, family }: Pinned): LookupFunction =>
  (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
