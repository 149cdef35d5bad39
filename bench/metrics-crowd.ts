/** 500 clients for `bench metrics`: who they are, what each may see, and what they cost where nobody has to work for the answer. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { generatePassword, hashPassword } from '../api/auth/password.ts';
import { SESSION_LONGEST_MS, hashToken } from '../api/auth/sessions.ts';
import { scopeFilters } from '../api/scope.ts';
import { CITY } from '../dashboards/src/screen/divisions.ts';
import { overviewRequests } from '../dashboards/src/screen/overview.ts';
import type { Metric } from '../pipelines/metrics/definition.ts';
import { queryMetrics } from '../pipelines/metrics/query.ts';
import type { Platform } from '../warehouse/platform.ts';
import { clientsReport, type ClientsPlan, type ClientsReport } from './metrics-shapes.ts';

export const CLIENTS = 500;

export interface Person {
  token: string;
  /** A division, or '' for the whole city. */
  scope: string;
}

/** 500 leaders, of the city and of each district in turn, each with a session of his own; those of an earlier run stay. */
export async function signedInPeople({ warehouse, store }: Platform): Promise<Person[]> {
  const districts = await warehouse.rows(
    `SELECT division_code AS code FROM base.division WHERE level = 'district' ORDER BY code`,
    z.object({ code: z.string() }),
  );
  const scopes = ['', ...districts.map(({ code }) => code)];
  // Nobody signs in with it: 500 passwords take longer to check than all that is measured.
  const password_hash = await hashPassword(generatePassword());
  const people = Array.from({ length: CLIENTS }, (_, index) => ({
    user: `bench-leader-${index}`,
    token: randomBytes(32).toString('base64url'),
    scope: scopes[index % scopes.length] ?? '',
  }));
  await store.db
    .insertInto('app_user')
    .values(
      people.map(({ user, scope }) => ({
        user_name: user,
        display_name: user,
        role: 'leader' as const,
        scope_division: scope,
        password_hash,
      })),
    )
    .onConflict((conflict) => conflict.column('user_name').doNothing())
    .execute();
  const expires_at = new Date(Date.now() + SESSION_LONGEST_MS);
  await store.db
    .insertInto('app_session')
    .values(people.map(({ user, token }) => ({ token_hash: hashToken(token), user_name: user, expires_at })))
    .execute();
  return people.map(({ token, scope }) => ({ token, scope }));
}

export interface Crowd {
  platform: Platform;
  metrics: Metric[];
  asOf: string;
  people: readonly Person[];
}

/** What the clients are to ask, and what each must get: worked out here from his scope and not asked of the server. */
export type Asking = Pick<ClientsPlan, 'requests' | 'people' | 'expected'>;

/** @param id of the requests: of one never used before nobody has asked, and no answer is kept */
export async function asking({ platform, metrics, asOf, people }: Crowd, id: string): Promise<Asking> {
  const requests = overviewRequests(CITY).map((request) => ({ ...request, id: `${request.id} ${id}` }));
  const scopes = [...new Set(people.map(({ scope }) => scope))];
  const answers = await Promise.all(
    scopes.map(async (scope) => {
      const filters = scopeFilters({ user: '', name: '', role: 'leader', scopeDivision: scope });
      const results = await queryMetrics(platform.warehouse, metrics, requests, { asOf, filters });
      return [scope, JSON.stringify(results)] as const;
    }),
  );
  if (new Set(answers.map(([, answer]) => answer)).size < scopes.length)
    throw new RangeError('two scopes have the same answer: a wrong one could not be told');
  return {
    requests: requests.map((request) => ({ ...request })),
    people: [...people],
    expected: Object.fromEntries(answers),
  };
}

/** All at once, from a process of their own. */
export async function manyClients(url: string, question: Asking, rounds = 1): Promise<ClientsReport> {
  const plan: ClientsPlan = { url, rounds, ...question };
  const script = fileURLToPath(new URL('./metrics-clients.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const printed = text(child.stdout);
  const ended = once(child, 'close');
  child.stdin.end(JSON.stringify(plan));
  await ended;
  if (child.exitCode !== 0) throw new Error(`the clients ended with ${child.exitCode}`);
  return clientsReport.parse(JSON.parse(await printed));
}

/** The same clients before a server that reads what they ask and sends each the city's answer: what they wait for themselves on this machine. */
export async function clientsAlone(
  { requests, people, expected }: Asking,
  rounds = 1,
): Promise<ClientsReport> {
  const city = expected[''] ?? '[]';
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume().once('end', () => {
      response.setHeader('content-type', 'application/json').end(`{"results":${city}}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const everybody = people.map(({ token }) => ({ token, scope: '' }));
    const question = { requests, people: everybody, expected: { '': city } };
    return await manyClients(`http://127.0.0.1:${port}`, question, rounds);
  } finally {
    server.close();
  }
}
