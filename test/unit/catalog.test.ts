/** Nothing the platform holds is without comment, owner, level, legal basis and place in the agency's catalogue. */
import { beforeAll, expect, test } from '@jest/globals';
import { catalogEntries, type CatalogSources } from '../../pipelines/catalog/entries.ts';
import type { CatalogEntry } from '../../pipelines/catalog/entry.ts';
import { catalogSources } from '../../pipelines/catalog/page.ts';
import { searchable } from '../../pipelines/catalog/refresh.ts';
import { searchForm } from '../../domain/search.ts';

const MODELS = new URL('../../models', import.meta.url).pathname;
let sources: CatalogSources;
let entries: CatalogEntry[];
beforeAll(async () => {
  sources = await catalogSources(MODELS);
  entries = catalogEntries(sources);
});

test('every entry says what it is, whose, how secret, why held, how shared, and its place or why it has none', () => {
  expect(entries.length).toBeGreaterThan(1500);
  const isUnexplained = (entry: CatalogEntry): boolean =>
    [entry.comment, entry.owner, entry.legal_basis, entry.sharing_type].includes('') ||
    entry.level < 1 ||
    entry.level > 4 ||
    (entry.resources.length === 0) === (entry.explanation === '');
  expect(entries.filter(isUnexplained).map(({ name }) => name)).toEqual([]);
});

test('a column is found by the code of a standard field it holds', () => {
  const found = entries.filter((entry) => searchable(entry).text.includes(searchForm('SQBH')));
  expect(found.map(({ name }) => name)).toContain('base.application.application_no');
});

test('every entry is found by why it is held, how it is shared, and what it is', () => {
  const said = ({ legal_basis, sharing_type, explanation, element, type }: CatalogEntry): string[] =>
    [legal_basis, sharing_type, explanation, element, type].map(searchForm);
  const isHidden = (entry: CatalogEntry): boolean => {
    const { text } = searchable(entry);
    return said(entry).some((each) => !text.includes(each));
  };
  expect(entries.filter(isHidden).map(({ name }) => name)).toEqual([]);
});

test('every data set, model and metric is there once', () => {
  const count = (kind: string): number => entries.filter((entry) => entry.kind === kind).length;
  expect(count('dataset')).toBe(sources.datasets.length);
  expect(count('metric')).toBe(sources.metrics.length);
  expect(new Set(entries.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(entries.length);
});

test('reports and packages read what is there, and every entry but a standard knows its data sets', () => {
  const tables = new Set(entries.filter(({ kind }) => kind === 'model').map(({ name }) => name));
  expect(sources.reports.flatMap(({ reads }) => reads).filter((one) => !tables.has(one))).toEqual([]);
  const datasets = new Set(sources.datasets.map((one) => `${one.source}.${one.dataset}`));
  expect(entries.flatMap((entry) => entry.datasets).filter((one) => !datasets.has(one))).toEqual([]);
  const made = entries.filter(({ kind }) => ['dataset', 'metric', 'export'].includes(kind));
  expect(made.filter((entry) => entry.datasets.length === 0).map(({ name }) => name)).toEqual([]);
});

test('a column says which data element it holds, whatever model it has come to', () => {
  const column = (name: string) => entries.find((entry) => entry.kind === 'column' && entry.name === name);
  expect(column('base.contract.tenant_id_number')).toMatchObject({
    ...{ element: 'certificate_no', term: expect.stringContaining('GB 11643') },
  });
  expect(column('mart_contract.contract.project_kind')?.element).toBe('code:project_kind');
  const delivered = entries.filter(({ kind, parent }) => kind === 'column' && parent.startsWith('base.std_'));
  const named = delivered.filter(
    ({ name }) => !(name.split('.').at(-1) ?? '').match(/^_|^(valid|known)_|^is_/),
  );
  expect(named.filter(({ term }) => term === '').map(({ name }) => name)).toEqual([]);
});

test('a column nobody described is there once its table is built, and its level counts', () => {
  const built = new Map([['mart_supply.dwelling', [{ name: 'tenant_id_number', type: 'String' }]]]);
  const seen = catalogEntries({ ...sources, built });
  expect(seen.length).toBe(entries.length + 1);
  expect(seen.find(({ name }) => name === 'mart_supply.dwelling.tenant_id_number')).toMatchObject({
    ...{ type: 'String', mask: 'id_number', element: 'certificate_no', level: 4 },
  });
  expect(seen.find(({ name }) => name === 'mart_supply.dwelling')?.level).toBe(4);
});

test('the 80 items are held by what exists, or it is said why not', () => {
  const { items, reasons } = sources.catalogue;
  expect(items.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
  const names = new Set(entries.map(({ kind, name }) => (kind === 'metric' ? `metric.${name}` : name)));
  expect(items.filter(({ held }) => held !== '' && !names.has(held))).toEqual([]);
  expect(new Set(items.map(({ reason }) => reason).filter((reason) => reason !== ''))).toEqual(
    new Set(reasons.keys()),
  );
});

test('a personal column has the level of a person, and what other agencies gave is theirs to share', () => {
  const named = (name: string): CatalogEntry | undefined => entries.find((entry) => entry.name === name);
  expect(named('base.contract.tenant_id_number')).toMatchObject({ mask: 'id_number', level: 4 });
  expect(named('base.contract')?.resources).toEqual(['承租人信息', '租赁合同信息']);
  expect(named('operations.contract')).toMatchObject({ sharing_type: '有条件共享' });
  expect(named('police.household_register')).toMatchObject({ sharing_type: '不予共享', owner: '公安局' });
  expect(named('utilities.water_reading')).toMatchObject({ update_days: expect.any(Number) });
});
