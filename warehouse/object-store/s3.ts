/** Any store that speaks S3, with copies on this machine for the engines, which read files. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AppError, isAppError } from '../../domain/errors.ts';
import type { S3Settings } from '../config.ts';
import { errorMessage } from '../error-code.ts';
import { FileCache } from './file-cache.ts';
import { sha256, sizeOf } from './local.ts';
import { keyParts, noSuchObject, type ObjectStore, takenByAnother } from './object-store.ts';

/** Above this an object goes up in parts; S3 takes no part below 5 MiB. */
const PART = 16 * 2 ** 20;
/** Our own check, for stores differ in what their ETag means. */
const HASH = 'sha256';

interface Held {
  bytes: number;
  /** Undefined when another program wrote the object. */
  sha256?: string;
}

export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #settings: S3Settings;
  readonly #cache: FileCache;

  constructor(settings: S3Settings, cacheDirectory: string) {
    this.#settings = settings;
    this.#cache = new FileCache(cacheDirectory, settings.cacheBytes);
    const { accessKey, secretKey } = settings;
    this.#client = new S3Client({
      region: settings.region,
      endpoint: settings.endpoint,
      // Stores of one's own seldom have a name a bucket.
      forcePathStyle: settings.endpoint !== undefined,
      // Older stores know no check sums behind the body; ours is in the metadata.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...(accessKey !== undefined && secretKey !== undefined
        ? { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } }
        : {}),
    });
  }

  put(key: string, content: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<{ bytes: number }> {
    return this.putFile(key, (path) => writeFile(path, content));
  }

  async putFile(key: string, write: (path: string) => Promise<void>): Promise<{ bytes: number }> {
    const name = this.#nameOf(key);
    const part = join(this.#cache.directory, `${randomUUID()}.part`);
    await mkdir(dirname(part), { recursive: true });
    try {
      await write(part);
      const { size: bytes } = await stat(part);
      const hash = await sha256(part);
      const held = await this.#held(key);
      if (held) await this.#mustBeSame(key, held, { bytes, sha256: hash });
      else await this.#upload(key, name, part, { bytes, sha256: hash });
      await this.#cache.adopt(keyParts(key), part);
      return { bytes };
    } finally {
      await rm(part, { force: true });
    }
  }

  async open(key: string): Promise<Readable> {
    const name = this.#nameOf(key);
    const answer = await this.#asked(key, () =>
      this.#client.send(new GetObjectCommand({ Bucket: this.#settings.bucket, Key: name })),
    );
    if (!answer?.Body) throw noSuchObject(key);
    return answer.Body as Readable;
  }

  exists = async (key: string): Promise<boolean> => (await this.#held(key)) !== null;

  async size(key: string): Promise<number> {
    const held = await this.#held(key);
    if (!held) throw noSuchObject(key);
    return held.bytes;
  }

  async list(prefix: string): Promise<string[]> {
    const name = this.#nameOf(prefix);
    const found: string[] = [];
    let next: string | undefined;
    do {
      const page = await this.#asked(prefix, () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#settings.bucket,
            Prefix: `${name}/`,
            Delimiter: '/',
            ContinuationToken: next,
          }),
        ),
      );
      for (const object of page?.Contents ?? []) found.push(object.Key ?? '');
      for (const folder of page?.CommonPrefixes ?? []) found.push((folder.Prefix ?? '').replace(/\/$/, ''));
      next = page?.NextContinuationToken;
    } while (next !== undefined);
    const root = name.slice(0, name.length - prefix.length);
    return found.map((full) => full.slice(root.length)).sort();
  }

  async localFile(key: string): Promise<string> {
    const held = await this.#held(key);
    if (!held) throw noSuchObject(key);
    const parts = keyParts(key);
    const known = await this.#cache.find(parts, held.bytes);
    if (known !== null) return known;
    const part = join(this.#cache.directory, `${randomUUID()}.part`);
    await mkdir(dirname(part), { recursive: true });
    try {
      const hash = createHash('sha256');
      const body = await this.open(key);
      body.on('data', (chunk: Buffer) => hash.update(chunk));
      await pipeline(body, createWriteStream(part, { mode: 0o600 }));
      const isWhole =
        (await sizeOf(part)) === held.bytes &&
        (held.sha256 === undefined || held.sha256 === hash.digest('hex'));
      if (!isWhole) {
        throw new AppError('source_unreachable', `The object ${key} came back other than it was written.`, {
          where: { key },
          fix: 'Try again; if it stays so, the store has damaged it.',
          retriable: true,
        });
      }
      return await this.#cache.adopt(parts, part);
    } finally {
      await rm(part, { force: true });
    }
  }

  close = (): void => this.#client.destroy();

  #nameOf = (key: string): string => [...this.#settings.prefix, ...keyParts(key)].join('/');

  async #held(key: string): Promise<Held | null> {
    const name = this.#nameOf(key);
    const head = await this.#asked(key, () =>
      this.#client.send(new HeadObjectCommand({ Bucket: this.#settings.bucket, Key: name })),
    );
    return head ? { bytes: head.ContentLength ?? 0, sha256: head.Metadata?.[HASH] } : null;
  }

  async #mustBeSame(key: string, held: Held, ours: Required<Held>): Promise<void> {
    if (held.bytes !== ours.bytes) throw takenByAnother(key);
    const hash = held.sha256 ?? (await sha256(await this.localFile(key)));
    if (hash !== ours.sha256) throw takenByAnother(key);
  }

  /** Only where nothing is: between our look and the write another may have come. Stores that know no such condition say so. */
  async #upload(key: string, name: string, path: string, ours: Required<Held>): Promise<void> {
    const send = async (condition: { IfNoneMatch?: string }): Promise<void> => {
      const params = {
        Bucket: this.#settings.bucket,
        Key: name,
        // A small body in memory can be sent again when the line breaks; parts are kept by the client.
        Body: ours.bytes <= PART ? await readFile(path) : createReadStream(path),
        Metadata: { [HASH]: ours.sha256 },
        ...condition,
      };
      if (ours.bytes <= PART)
        await this.#client.send(new PutObjectCommand({ ...params, ContentLength: ours.bytes }));
      else await new Upload({ client: this.#client, params, partSize: PART, queueSize: 2 }).done();
    };
    try {
      await send({ IfNoneMatch: '*' });
    } catch (error) {
      const status = statusOf(error);
      if (status === 412 || status === 409) {
        const held = await this.#held(key);
        if (held) return this.#mustBeSame(key, held, ours);
      }
      if (status !== 501) throw this.#known(error, key);
      await this.#asked(key, () => send({}));
    }
  }

  /** Null when there is no such object. */
  async #asked<T>(key: string, ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      if (statusOf(error) === 404 && !isMissingBucket(error)) return null;
      throw this.#known(error, key);
    }
  }

  #known(error: unknown, key: string): AppError {
    if (isAppError(error)) return error;
    const status = statusOf(error);
    const { bucket, endpoint } = this.#settings;
    const isRefused = status === 401 || status === 403 || isMissingBucket(error);
    const reason = error instanceof S3ServiceException ? error.name : errorMessage(error).slice(0, 200);
    return new AppError(
      isRefused ? 'source_refused' : 'source_unreachable',
      `The object store ${endpoint ?? 'S3'} did not answer for the bucket ${bucket}: ${reason}.`,
      {
        where: { key, bucket },
        fix: isRefused ? 'Check ANJU_OBJECT_STORE and its keys.' : 'Check the store; then try again.',
        retriable: !isRefused,
        cause: error,
      },
    );
  }
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
const isMissingBucket = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.name === 'NoSuchBucket';
