import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../domain/errors.ts';
import { errorCode } from './error-code.ts';
import { homePaths } from './home.ts';

const makeKeyPair = promisify(generateKeyPair);

/** Who this instance is to others. The id is made of the key, so nobody can sign as somebody else. */
export interface InstanceKey {
  /** First 32 hexadecimal digits of the sha256 of the public key (SubjectPublicKeyInfo, DER). */
  instance: string;
  /** SPKI PEM, what the other side puts into its keys/trusted. */
  publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
}

export interface TrustedKey {
  /** The file's name without `.pem`: `province`, `yuelu-district`. */
  name: string;
  instance: string;
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
}

const files = (home: string) => {
  const { keys } = homePaths(home);
  return {
    folder: keys,
    privateKey: path.join(keys, 'instance.key'),
    publicKey: path.join(keys, 'instance.pem'),
    description: path.join(keys, 'instance.json'),
    trusted: path.join(keys, 'trusted'),
  };
};

/** The instance's own key pair (Ed25519), made on first use. `keys/instance.key` is readable by its owner only. */
export async function instanceKey(home: string): Promise<InstanceKey> {
  const paths = files(home);
  const privateKey = (await readKey(paths.privateKey)) ?? (await makeInstanceKey(paths));
  const publicKey = createPublicKey(privateKey);
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const instance = instanceOf(publicKey);
  await describeInstance(paths, instance, pem);
  return { instance, publicKey: pem, sign: (bytes) => sign(null, bytes, privateKey) };
}

async function readKey(file: string): Promise<KeyObject | null> {
  try {
    return createPrivateKey(await readFile(file));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new AppError('bad_configuration', 'The private key of this instance cannot be read.', {
      where: { file },
      fix: 'Restore it from the backup; a new key would be a new instance to everybody else.',
      cause: error,
    });
  }
}

/** A link fails where the name is taken: of two that make a key at once, both end with the same one. */
async function makeInstanceKey(paths: ReturnType<typeof files>): Promise<KeyObject> {
  await mkdir(paths.trusted, { recursive: true, mode: 0o700 });
  const { privateKey } = await makeKeyPair('ed25519');
  const draft = `${paths.privateKey}.${randomUUID()}.part`;
  await writeSynced(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
  try {
    await link(draft, paths.privateKey);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return createPrivateKey(await readFile(paths.privateKey));
}

/** The public half, for people and for the other side; follows from the private key and is mended when missing. */
async function describeInstance(
  paths: ReturnType<typeof files>,
  instance: string,
  pem: string,
): Promise<void> {
  const wanted: [string, string][] = [
    [paths.publicKey, pem],
    [paths.description, `${JSON.stringify({ instance, algorithm: 'Ed25519', publicKey: pem }, null, 2)}\n`],
  ];
  for (const [file, text] of wanted) {
    const present = await readFile(file, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (present === text) continue;
    const draft = `${file}.${randomUUID()}.part`;
    await writeSynced(draft, text, 0o644);
    await rename(draft, file);
  }
}

async function writeSynced(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Every public key in `keys/trusted`. @throws AppError `bad_configuration` naming a file that is no Ed25519 public key */
export async function trustedKeys(home: string): Promise<TrustedKey[]> {
  const { trusted } = files(home);
  const names = await readdir(trusted).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return Promise.all(
    names
      .filter((name) => name.endsWith('.pem'))
      .sort()
      .map(async (file) => {
        const key = publicKeyOf(await readFile(path.join(trusted, file), 'utf8'), file);
        return {
          name: file.slice(0, -'.pem'.length),
          instance: instanceOf(key),
          verify: (bytes: Uint8Array, signature: Uint8Array) => verify(null, bytes, key, signature),
        };
      }),
  );
}

/** @throws AppError `bad_package` for a signer nobody here trusts, saying how to */
export async function trustedSigner(home: string, instance: string): Promise<TrustedKey> {
  const found = (await trustedKeys(home)).find((key) => key.instance === instance);
  if (found !== undefined) return found;
  throw new AppError('bad_package', `It is signed by the instance ${instance}, which nobody here trusts.`, {
    where: { instance },
    fix: `If it should be trusted, copy its keys/instance.pem to ${path.join(files(home).trusted, 'NAME.pem')}, after comparing the instance id over another channel.`,
  });
}

function publicKeyOf(pem: string, file: string): KeyObject {
  const bad = (problem: string, cause?: unknown) =>
    new AppError('bad_configuration', `The trusted key ${file} ${problem}.`, {
      where: { file },
      fix: 'Put the instance.pem of the other side there.',
      cause,
    });
  if (pem.includes('PRIVATE')) throw bad('is a private key');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (error) {
    throw bad('is not a public key', error);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw bad('is not an Ed25519 key');
  return key;
}

/** The id an instance is known by: of its public key. */
export const instanceOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32);
