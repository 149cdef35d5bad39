/**
 * Full-text search (002:659, 002:669) over ten million entries: what a caller waits for over HTTP, with rights, scope, masks
 * and the audit log, beside the bare engine asked for the same words over the same index. Questions are worked in turn, each
 * by both, and the engine's cache of earlier answers is of no use to the bare one.
 */
import { z } from 'zod';
import { ensureFirstUsers } from '../api/auth/first-users.ts';
import { serve } from '../api/server.ts';
import { searchTerms } from '../domain/search.ts';
import { searchKinds } from '../pipelines/search/kinds.ts';
import { refreshSearch } from '../pipelines/search/refresh.ts';
import { TEXT_GRAMS, textGrams } from '../pipelines/search/terms.ts';
import { loadConfig } from '../warehouse/config.ts';
import { openPlatform, type Platform } from '../warehouse/platform.ts';
import { type Bench, type Measured, milliseconds, quantile, rounded } from './bench.ts';
import { type Asked, makeBase, makeQuestions } from './search-rows.ts';

const ENTRIES = 10_000_000;
const MOST_MEDIAN_MS = 50;
const EACH = 25;
const LIMIT = 20;

export const bench: Bench = {
  name: 'search',
  summary: 'ten million entries: milliseconds a question beside the bare engine over the same index',
  run: async ({ scale, seed, home, say }) => {
    const platform = await openPlatform(
      loadConfig({ ...process.env, ANJU_HOME: home, ANJU_PORT: '0', ANJU_LOG_LEVEL: 'silent' }),
    );
    try {
      return await measured(platform, Math.max(10_000, Math.round(ENTRIES * scale)), seed, say);
    } finally {
      await platform.close();
    }
  },
};

async function measured(
  platform: Platform,
  entries: number,
  seed: number,
  say: (line: string) => void,
): Promise<Measured> {
  const { warehouse } = platform;
  const people = Math.round(entries * 0.6);
  say(`inventing ${people} people and ${entries - people} dwellings`);
  const ofBase = searchKinds.filter(({ table }) => table.startsWith('base.'));
  await makeBase(warehouse, ofBase, { people, dwellings: entries - people, seed });
  say('building the index');
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await refreshSearch(platform);
  const buildSeconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  say('merging, as the engine does by itself in time');
  await warehouse.run('OPTIMIZE TABLE search.entry FINAL', { lane: 'batch', maxSeconds: 3600 });
  const texts = async (sql: string): Promise<string[]> =>
    (
      await warehouse.rows(
        `SELECT words FROM (SELECT c.1 AS words FROM (SELECT tuple(*) AS c FROM (${sql})))`,
        z.object({ words: z.string() }),
        { lane: 'batch' },
      )
    ).map(({ words }) => words);
  const asked = shuffled(await makeQuestions(warehouse, EACH, seed, texts), seed);
  const server = await serve(platform);
  try {
    const cookie = await signIn(platform, server.url);
    const taken = await timed(
      asked,
      {
        ours: (words) => overHttp(server.url, cookie, words),
        bare: (words) => bareQuery(platform, words),
      },
      say,
    );
    const size = await indexSize(platform);
    const ours = taken.map((one) => one.ours);
    const bare = taken.map((one) => one.bare);
    const median = quantile(ours, 0.5);
    return {
      ours: {
        entries,
        questions: asked.length,
        median_ms: rounded(median),
        p95_ms: rounded(quantile(ours, 0.95)),
        by_kind: Object.fromEntries(
          [...new Set(asked.map(({ kind }) => kind))].map((kind) => {
            const own = taken.filter((one) => one.kind === kind);
            const times = own.map((one) => one.ours);
            return [
              kind,
              {
                median_ms: rounded(quantile(times, 0.5)),
                p95_ms: rounded(quantile(times, 0.95)),
                bare_ms: rounded(
                  quantile(
                    own.map((one) => one.bare),
                    0.5,
                  ),
                ),
              },
            ];
          }),
        ),
        build_seconds: rounded(buildSeconds),
        build_cpu_seconds: rounded((user + system) / 1e6),
        ...size,
      },
      peer: {
        name: 'the bare engine over the same index',
        median_ms: rounded(quantile(bare, 0.5)),
        p95_ms: rounded(quantile(bare, 0.95)),
      },
      ratio: rounded(quantile(bare, 0.5) / median),
      ok: median < MOST_MEDIAN_MS,
    };
  } finally {
    await server.close();
  }
}

interface Taken {
  kind: string;
  ours: number;
  bare: number;
}

async function timed(
  asked: readonly Asked[],
  ask: Record<'ours' | 'bare', (words: string) => Promise<unknown>>,
  say: (line: string) => void,
): Promise<Taken[]> {
  // The first question of a process reads headers of indexes that stay in memory.
  for (const { words } of asked.slice(0, 5)) await Promise.all([ask.ours(words), ask.bare(words)]);
  const taken: Taken[] = [];
  for (const { kind, words } of asked) {
    const ours = await milliseconds(() => ask.ours(words));
    taken.push({ kind, ours, bare: await milliseconds(() => ask.bare(words)) });
    if (taken.length % 100 === 0) say(`${taken.length} of ${asked.length} questions`);
  }
  return taken;
}

async function signIn(platform: Platform, url: string): Promise<string> {
  const staff = (await ensureFirstUsers(platform.store)).find(({ role }) => role === 'staff');
  const response = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-anju-request': '1' },
    body: JSON.stringify({ user: staff?.user, password: staff?.password }),
  });
  return `Bearer ${z.object({ token: z.string() }).parse(await response.json()).token}`;
}

async function overHttp(url: string, authorization: string, words: string): Promise<void> {
  const response = await fetch(`${url}/api/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-anju-request': '1', authorization },
    body: JSON.stringify({ words, limit: LIMIT }),
  });
  if (!response.ok) throw new Error(`The search answered ${response.status}.`);
  await response.arrayBuffer();
}

/** The same words over the same index, newest first, no more and no less: keys alone, as somebody would write it by hand. */
async function bareQuery({ warehouse }: Platform, words: string): Promise<void> {
  const terms = searchTerms(words);
  const where = terms.map((term, index) =>
    [...term].length === 1
      ? `position(text, {term_${index}:String}) > 0`
      : `hasAllTokens(${TEXT_GRAMS}, {grams_${index}:Array(String)}) AND position(text, {term_${index}:String}) > 0`,
  );
  await warehouse.rows(
    `SELECT entity, entry_key FROM search.entry WHERE ${where.join(' AND ')} ORDER BY newest_first, entry_key LIMIT ${LIMIT} SETTINGS use_query_condition_cache = 0`,
    z.object({ entity: z.string(), entry_key: z.string() }),
    {
      params: Object.fromEntries(
        terms.flatMap((term, index) => [
          [`term_${index}`, term],
          ...([...term].length === 1 ? [] : [[`grams_${index}`, textGrams(term)]]),
        ]),
      ) as Record<string, unknown>,
    },
  );
}

async function indexSize({ warehouse }: Platform): Promise<Record<string, number>> {
  const [size] = await warehouse.rows(
    `SELECT sum(data_compressed_bytes) AS data, sum(secondary_indices_compressed_bytes) AS indexes, count() AS parts
     FROM system.parts WHERE active AND database = 'search' AND table = 'entry'`,
    z.object({ data: z.coerce.number(), indexes: z.coerce.number(), parts: z.coerce.number() }),
  );
  return { entry_bytes: size?.data ?? 0, index_bytes: size?.indexes ?? 0, parts: size?.parts ?? 0 };
}

/** Kinds of questions mixed, the same way for the same seed. */
function shuffled(asked: Asked[], seed: number): Asked[] {
  let state = seed;
  const draw = (): number => (state = (state * 48_271) % 2_147_483_647);
  return asked
    .map((one) => ({ one, order: draw() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ one }) => one);
}
