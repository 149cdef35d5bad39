/**
 * UI TEST FIXTURE — not Anju. A small server with made-up answers in the shapes of docs/architecture.md §10, so that the
 * screens can be tried in a browser apart from the engines: what they do with old, failed, empty and slow answers cannot be
 * provoked from a healthy platform. Whether the numbers are right is tested against the real `anju` in overview.e2e.test.ts.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtDashboards } from './built-dashboards.ts';
import { divisions, type FixtureDivision } from './ui-fixture-city.ts';
import { answerAlerts } from './ui-fixture-alerts.ts';
import { answerEligibilityAndCredit } from './ui-fixture-eligibility.ts';
import { fixtureGoals } from './ui-fixture-goals.ts';
import { answerOther, person } from './ui-fixture-pages.ts';
import { fixtureResources } from './ui-fixture-resources.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** The policy the API serves: a test that passes under a weaker one proves little. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

interface Asked {
  id: string;
  metric: string;
  dimensions?: string[];
  grain?: string;
  filters?: Record<string, string>;
  compare?: string[];
}

export interface UiFixture {
  url: string;
  /** Metrics whose answers fail from now on; `*` fails the whole call with 503. */
  failing: Set<string>;
  /** Metrics that answer without rows. */
  empty: Set<string>;
  asOf: string;
  signedIn: boolean;
  /** Role of whoever is signed in; `everything` has all rights. */
  role: string;
  /** Changes a complaint as somebody else would. */
  changeMeanwhile: (key: string, record: Record<string, string>) => void;
  /** Bodies of the calls of /api/metrics/query so far. */
  batches: Asked[][];
  /** Bodies of other calls that change or ask something, with their path. */
  calls: { method: string; path: string; body: unknown; guarded: boolean }[];
  close(): Promise<void>;
}

const units: Record<string, string> = {
  avg_rent: 'yuan',
  tenant_cnt: 'person',
  subsidy_person_cnt: 'person',
};
const unitOf = (metric: string) =>
  units[metric] ??
  (/rate$|timeliness$/.test(metric)
    ? 'ratio'
    : /amount$/.test(metric)
      ? 'yuan'
      : /household|second_home/.test(metric)
        ? 'household'
        : 'count');

const totals: Record<string, number> = {
  project_total: 46,
  dwelling_total: 38_462,
  occupied_dwelling_cnt: 33_107,
  prh_project_cnt: 31,
  prh_unit_cnt: 24_310,
  arh_project_cnt: 15,
  arh_unit_cnt: 14_152,
  vacant_by_contract_cnt: 4_218,
  vacant_by_doors_cnt: 5_072,
  vacant_by_meters_cnt: 5_631,
  guaranteed_household_cnt: 31_540,
  violation_cnt: 412,
  contract_active_cnt: 34_244,
  tenant_cnt: 79_318,
  avg_rent: 618.4,
  arrears_amount: 3_482_915.6,
  arrears_household_cnt: 1_877,
  second_home_cnt: 263,
  subsidy_person_cnt: 8_940,
  application_cnt: 5_200,
  application_passed_cnt: 3_900,
  subsidy_paid_amount: 62_000_000,
  rent_due_amount: 251_000_000,
  rent_paid_amount: 239_000_000,
};

/** The same question has the same answer in every run. */
function portion(...seed: string[]): number {
  return createHash('sha256').update(seed.join('|')).digest().readUInt32BE(0) / 0xffffffff;
}

const dimensionValues: Record<string, [string, string][]> = {
  project_kind: [
    ['prh', '公租房'],
    ['arh', '保租房'],
  ],
  dwelling_state: [
    ['1', '已入住'],
    ['2', '已分配未入住'],
    ['3', '空置可租'],
    ['4', '维修中'],
    ['5', '在建'],
  ],
  rule: [
    ['long_vacancy', '长期空置'],
    ['arrears', '租金拖欠'],
    ['second_home', '另有住房'],
    ['sublet', '疑似转租转借'],
    ['over_income', '收入超标'],
    ['expired', '合同到期未退'],
    ['idle_meter', '水电异常'],
  ],
};
const stateShares = [0.84, 0.03, 0.08, 0.02, 0.03];

const months = Array.from({ length: 14 }, (_, i) =>
  new Date(Date.UTC(2025, 8 + i, 1)).toISOString().slice(0, 7),
);

/** Share of the city a place has: its streets' weights. */
function shareOf(filters: Record<string, string>): number {
  const code = filters['community'] ?? filters['street'] ?? filters['district'];
  if (!code) return 1;
  const leaves = divisions.filter((division) => division.level === 'community');
  return leaves.filter((leaf) => leaf.code.startsWith(code)).length / leaves.length;
}

function valueOf(metric: string, seed: string[], share: number) {
  const wobble = 0.75 + 0.5 * portion(metric, ...seed);
  if (unitOf(metric) === 'ratio') {
    const base = /vacancy/.test(metric)
      ? 0.11
      : /arrears/.test(metric)
        ? 0.055
        : /pass/.test(metric)
          ? 0.74
          : 0.93;
    const denominator = Math.max(8, Math.round(38_462 * share));
    const rate = Math.min(0.995, base < 0.5 ? base * wobble * wobble : base * (0.93 + 0.07 * wobble));
    const numerator = Math.round(denominator * rate);
    return { value: numerator / denominator, numerator, denominator };
  }
  if (metric === 'avg_rent') return { value: Math.round(totals[metric]! * wobble * 100) / 100 };
  const raw = (totals[metric] ?? 1000) * share * (share === 1 ? 1 : wobble);
  return { value: unitOf(metric) === 'yuan' ? Math.round(raw * 100) / 100 : Math.round(raw) };
}

function membersOf(dimension: string, filters: Record<string, string>): [string, string][] {
  const fixed = dimensionValues[dimension];
  if (fixed) return fixed;
  const inside = filters['community'] ?? filters['street'] ?? filters['district'] ?? '';
  return divisions
    .filter((division: FixtureDivision) => division.level === dimension && division.code.startsWith(inside))
    .map((division) => [division.code, division.name]);
}

function rowsFor(asked: Asked) {
  const filters = asked.filters ?? {};
  const seed = Object.values(filters);
  if (asked.grain) {
    return months.map((period, i) => {
      const season = 1 + 0.12 * Math.sin(i) + 0.05 * portion(asked.metric, period);
      const made = valueOf(asked.metric, [...seed, period], shareOf(filters));
      const value = unitOf(asked.metric) === 'ratio' ? made.value : Math.round((made.value * season) / 12);
      const before = {
        yoy: { value: value * 0.985, change: null },
        pop: { value: value * 1.002, change: null },
      };
      return { keys: {}, labels: {}, period, ...made, value, ...(asked.compare ? before : {}) };
    });
  }
  let rows: { keys: Record<string, string>; labels: Record<string, string>; factor: number }[] = [
    { keys: {}, labels: {}, factor: shareOf(filters) },
  ];
  for (const dimension of asked.dimensions ?? []) {
    const members = membersOf(dimension, filters);
    rows = rows.flatMap((row) =>
      members.map(([code, label], i) => ({
        keys: { ...row.keys, [dimension]: code },
        labels: { ...row.labels, [dimension]: label },
        factor:
          dimension === 'dwelling_state' ? row.factor * (stateShares[i] ?? 0) : row.factor / members.length,
      })),
    );
  }
  return rows.map(({ factor, ...row }) => {
    const made = valueOf(asked.metric, [...seed, ...Object.values(row.keys)], factor);
    const before = {
      yoy: { value: made.value * 0.962, change: null },
      pop: { value: made.value * 1.013, change: null },
    };
    return { ...row, ...made, ...(asked.compare ? before : {}) };
  });
}

function violationsIn(query: URLSearchParams) {
  const place = query.get('street') ?? query.get('district') ?? '';
  const streets = divisions.filter(
    (division) => division.level === 'street' && division.code.startsWith(place),
  );
  const rules = dimensionValues['rule']!;
  return Array.from({ length: 12 }, (_, i) => {
    const street = streets[i % streets.length]!;
    const [rule, ruleZh] = rules[i % rules.length]!;
    return {
      violationId: `v${i}`,
      rule,
      ruleZh,
      level: (['high', 'medium', 'low'] as const)[i % 3],
      place: `${street.name}枫林苑${(i % 9) + 1}栋`,
      districtCode: street.code.slice(0, 6),
      streetCode: street.code,
      since: `2026-10-${String(30 - i).padStart(2, '0')}`,
      summaryZh: `连续${90 + i}天无出入与用水记录`,
    };
  });
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text ? (JSON.parse(text) as unknown) : null;
}

/** Starts the fixture on a free port, with the dashboards as their sources are now. */
export async function startUiFixture(): Promise<UiFixture> {
  const dist = await builtDashboards();
  const resources = fixtureResources();
  const goals = fixtureGoals();
  const fixture: UiFixture = {
    url: '',
    failing: new Set(),
    empty: new Set(),
    asOf: '2026-10-31',
    signedIn: true,
    role: 'everything',
    changeMeanwhile: (key, record) => void resources.write(key, record, 'U', 'wang', '电话核实'),
    batches: [],
    calls: [],
    close: () =>
      new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
  const json = (response: ServerResponse, status: number, body: unknown) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  const problem = (response: ServerResponse, status: number, code: string, detail: string, fix = '') =>
    json(response, status, { type: 'about:blank', title: code, status, detail, code, fix });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fixture');
    if (!url.pathname.startsWith('/api/')) {
      const path = normalize(join(dist, extname(url.pathname) ? url.pathname : 'index.html'));
      if (!path.startsWith(dist)) return problem(response, 400, 'bad_path', 'Outside of the built files.');
      const body = await readFile(path).catch(() => null);
      if (!body) return problem(response, 404, 'not_found', `${url.pathname} is not built.`);
      const type = types[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': POLICY });
      response.end(body);
      return;
    }
    const body = request.method === 'GET' ? null : await readBody(request);
    if (url.pathname !== '/api/metrics/query') {
      const guarded = request.headers['x-anju-request'] === '1';
      fixture.calls.push({ method: request.method ?? '', path: url.pathname + url.search, body, guarded });
    }
    if (url.pathname === '/api/sign-in') {
      const { password } = body as { password: string };
      if (password !== 'correct horse') {
        return problem(response, 401, 'wrong_credentials', '用户名或密码不正确。', '请检查后重试。');
      }
      fixture.signedIn = true;
      return json(response, 200, person(fixture.role));
    }
    if (!fixture.signedIn) return problem(response, 401, 'signed_out', '请先登录。');
    if (fixture.failing.has('*'))
      return problem(response, 503, 'warehouse_busy', '数据仓库正忙。', '请稍后重试。');
    if (url.pathname === '/api/me') return json(response, 200, person(fixture.role));
    if (url.pathname === '/api/divisions') return json(response, 200, { divisions });
    if (url.pathname === '/api/violations') {
      const rows = violationsIn(url.searchParams);
      return json(response, 200, { total: 412, rows });
    }
    if (url.pathname === '/api/metrics/query') {
      const { requests } = body as { requests: Asked[] };
      fixture.batches.push(requests);
      const results = requests.map((asked) => {
        const head = { id: asked.id, metric: asked.metric, zh: asked.metric, unit: unitOf(asked.metric) };
        if (fixture.failing.has(asked.metric)) {
          return {
            ...head,
            rows: [],
            error: { code: 'metric_failed', detail: `指标 ${asked.metric} 计算失败` },
          };
        }
        return { ...head, rows: fixture.empty.has(asked.metric) ? [] : rowsFor(asked) };
      });
      return json(response, 200, { asOf: fixture.asOf, builtAt: `${fixture.asOf}T18:00:00Z`, results });
    }
    const method = request.method ?? 'GET';
    const answered =
      answerAlerts(method, url.pathname, fixture.calls) ??
      answerEligibilityAndCredit(method, url.pathname, fixture.calls) ??
      goals(method, url.pathname, body);
    if (answered !== undefined) return json(response, 200, answered);
    const other = resources.answer(method, url, body) ?? answerOther(url, body);
    return other
      ? json(response, other.status, other.body)
      : problem(response, 404, 'not_found', url.pathname);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      problem(response, 500, 'fixture_broken', String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  fixture.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fixture;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fixture = await startUiFixture();
  process.stdout.write(`${fixture.url}\n`);
  setInterval(() => undefined, 1 << 30);
}
