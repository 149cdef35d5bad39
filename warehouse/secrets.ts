/**
 * Passwords and keys of sources, encrypted at rest: AES-256-GCM under a key that lies in the home's `keys/`, apart from the
 * database they are in. Written by staff, read by the connector that needs them, shown to nobody.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { errorCode } from './error-code.ts';
import { homePaths } from './home.ts';
import type { OperationalStore } from './operational/store.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D: 96 bits, random, never twice under a key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** First byte of what is sealed, so that another form can follow. */
const FORM = 1;

export type Secrets = Readonly<Record<string, string>>;
type Db = OperationalStore['db'];

/** Replaces what is named; null takes a secret away; names not given stay. */
export async function writeSecrets(
  home: string,
  db: Db,
  owner: string,
  changes: Readonly<Record<string, string | null>>,
): Promise<void> {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) {
      await db.deleteFrom('secret').where('owner', '=', owner).where('name', '=', name).execute();
      continue;
    }
    const sealed = seal(await secretsKey(home), value, `${owner}/${name}`);
    await db
      .insertInto('secret')
      .values({ owner, name, sealed })
      .onConflict((conflict) =>
        conflict.columns(['owner', 'name']).doUpdateSet({ sealed, changed_at: new Date() }),
      )
      .execute();
  }
}

/** @throws AppError `bad_configuration` when the key is not the one they were sealed with */
export async function readSecrets(home: string, db: Db, owner: string): Promise<Secrets> {
  const rows = await db.selectFrom('secret').select(['name', 'sealed']).where('owner', '=', owner).execute();
  if (rows.length === 0) return {};
  const key = await secretsKey(home);
  return Object.fromEntries(rows.map(({ name, sealed }) => [name, unseal(key, sealed, `${owner}/${name}`)]));
}

/** Which secrets there are, not what they are. */
export async function secretNames(db: Db, owner: string): Promise<string[]> {
  const rows = await db
    .selectFrom('secret')
    .select('name')
    .where('owner', '=', owner)
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}

export async function removeSecrets(db: Db, owner: string): Promise<void> {
  await db.deleteFrom('secret').where('owner', '=', owner).execute();
}

/** A text without the secrets it may quote: drivers put addresses with passwords into their messages. */
export function withoutSecrets(text: string, secrets: Secrets): string {
  return Object.values(secrets)
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .sort((one, other) => other.length - one.length)
    .reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text);
}

/** The owner's name is sealed with the value: a row copied to another task opens nothing. */
function seal(key: Buffer, value: string, about: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(about));
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(FORM), nonce, cipher.getAuthTag(), text]);
}

function unseal(key: Buffer, sealed: Buffer, about: string): string {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
  const text = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES);
  try {
    if (sealed[0] !== FORM) throw new Error(`form ${String(sealed[0])}`);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(about)).setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new AppError('bad_configuration', `The secret ${about} cannot be opened with this home's key.`, {
      where: { secret: about },
      fix: 'Restore keys/secrets.key from the backup, or set the secret again.',
      cause,
    });
  }
}

/** Made at first use, readable by its owner only. Of two that make one at once, both end with the same: a link fails where the name is taken. */
async function secretsKey(home: string): Promise<Buffer> {
  const { keys } = homePaths(home);
  const path = join(keys, 'secrets.key');
  const present = await readKey(path);
  if (present) return present;
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.part`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await file.sync();
    await file.close();
    await link(draft, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readKey(path);
  if (made) return made;
  throw new AppError('bad_configuration', 'The key of the secrets vanished as it was made.', {
    where: { file: path },
  });
}

async function readKey(path: string): Promise<Buffer | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new AppError('bad_configuration', 'The key of the secrets is damaged.', {
    where: { file: path },
    fix: 'Restore it from the backup; without it every secret must be set again.',
  });
}
