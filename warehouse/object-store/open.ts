import { join } from 'node:path';
import type { Config } from '../config.ts';
import { homePaths } from '../home.ts';
import { LocalObjectStore } from './local.ts';
import type { ObjectStore } from './object-store.ts';

/** The store the configuration names. The client of S3 is loaded only where there is one. */
export async function openObjectStore(config: Config): Promise<ObjectStore & { close?: () => void }> {
  if (!config.s3) return new LocalObjectStore(config.objectStore);
  const { S3ObjectStore } = await import('./s3.ts');
  return new S3ObjectStore(config.s3, join(homePaths(config.home).objectCache));
}
