import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { LocalObjectStore } from '../../warehouse/object-store/local.ts';
import { keyParts } from '../../warehouse/object-store/object-store.ts';
import { temporaryDirectory } from '../support/platform.ts';

let root: string;
let dispose: () => Promise<void>;
let store: LocalObjectStore;
beforeEach(async () => {
  ({ path: root, dispose } = await temporaryDirectory());
  store = new LocalObjectStore(root);
});
afterEach(() => dispose());

describe('LocalObjectStore', () => {
  test('keeps what it was given', async () => {
    expect(await store.put('landing/a/x.csv', '安居')).toEqual({ bytes: 6 });
    await store.putFile('landing/a/rows.parquet', (path) => writeFile(path, 'PAR1'));
    expect(await text(await store.open('landing/a/x.csv'))).toBe('安居');
    expect(await store.size('landing/a/x.csv')).toBe(6);
    expect(await readFile(await store.localFile('landing/a/rows.parquet'), 'utf8')).toBe('PAR1');
    expect(await store.list('landing/a')).toEqual(['landing/a/rows.parquet', 'landing/a/x.csv']);
    expect(await store.list('landing/none')).toEqual([]);
    expect(await store.exists('landing/none')).toBe(false);
    await expect(store.open('landing/none')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a broken source leaves nothing behind', async () => {
    async function* broken(): AsyncIterable<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the line went dead');
    }
    await expect(store.put('a/b', broken())).rejects.toThrow('the line went dead');
    expect(await store.exists('a/b')).toBe(false);
    expect(await readdir(`${root}/a`)).toEqual([]);
  });

  test('the same object may be put again, another may not take its place', async () => {
    await store.put('a/b', 'one');
    await store.put('a/b', 'one');
    await expect(store.put('a/b', 'other')).rejects.toMatchObject({ code: 'conflict' });
    await expect(store.put('a/b', 'two')).rejects.toMatchObject({ code: 'conflict' });
    expect(await text(await store.open('a/b'))).toBe('one');
  });

  test('no key leads outside', () => {
    for (const key of ['', '..', '../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/.', 'a\0b', 'a\\..\\b']) {
      expect(() => keyParts(key)).toThrow('relative path');
    }
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', '%2e%2e', '…'), fc.string());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        try {
          return resolve(join(root, ...keyParts(parts.join('/')))).startsWith(root + sep);
        } catch {
          return true;
        }
      }),
    );
  });
});
