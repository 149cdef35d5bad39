/** Checks certificates with nothing but files: no platform, no network. For agencies and auditors as much as for ourselves. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../domain/errors.ts';
import { errorMessage } from '../../warehouse/error-code.ts';
import { certificateHash, type SignedCertificate, signedCertificateSchema } from './document.ts';
import { signatureProblems } from './signature.ts';

export interface Verified {
  /** The certificate's file. */
  path: string;
  signed: SignedCertificate;
  hash: string;
  /** The signer's key was given by the caller, not only by the certificate itself. */
  isKeyGiven: boolean;
  /** The delivered bytes were compared. */
  isFileChecked: boolean;
  /** One sentence each; empty when all that was checked holds. */
  problems: string[];
}

export interface VerifyOptions {
  /** The delivered file. */
  file?: string;
  /** SPKI PEM of the instance that must have signed. */
  publicKey?: string;
}

/** A certificate is a few kilobytes; findings of very wide tables some hundreds. */
const MOST_BYTES = 16 * 2 ** 20;
const CERTIFICATE = /^certificate.*\.json$/;

/**
 * @param target a certificate; a delivered file with its certificates beside it; or a directory with certificates at any depth,
 * whose chains are checked too
 * @throws AppError `bad_request` when there is no certificate to check
 */
export async function verifyPath(target: string, options: VerifyOptions = {}): Promise<Verified[]> {
  const stats = await stat(target).catch((cause: unknown) => {
    throw new AppError('bad_request', `There is nothing to verify at ${target}.`, { cause });
  });
  if (stats.isDirectory()) {
    const names = await readdir(target, { recursive: true });
    const paths = names.filter((name) => CERTIFICATE.test(basename(name))).sort();
    if (paths.length === 0) throw noCertificate(target);
    const checked: Verified[] = [];
    for (const path of paths) checked.push(await verifyOne(join(target, path), options));
    checkChains(checked);
    return checked;
  }
  if (target.endsWith('.json') && (await isCertificate(target))) return [await verifyOne(target, options)];
  const beside = (await readdir(dirname(target))).filter((name) => CERTIFICATE.test(name)).sort();
  if (beside.length === 0) throw noCertificate(target);
  const checked: Verified[] = [];
  for (const name of beside)
    checked.push(await verifyOne(join(dirname(target), name), { file: target, ...options }));
  return checked;
}

const noCertificate = (target: string): AppError =>
  new AppError('bad_request', `There is no certificate at ${target}.`, {
    fix: 'Give the certificate (JSON), and the delivered file with --file.',
  });

async function isCertificate(path: string): Promise<boolean> {
  if ((await stat(path)).size > MOST_BYTES) return false;
  const content = await readFile(path, 'utf8');
  return content.includes('"anju-arrival-certificate/');
}

async function verifyOne(path: string, options: VerifyOptions): Promise<Verified> {
  const signed = parse(await readFile(path), path);
  const problems = documentProblems(signed, options.publicKey);
  const file = options.file ?? (await deliveredBeside(path, signed));
  if (file !== undefined) problems.push(...(await fileProblems(signed, file)));
  return {
    path,
    signed,
    hash: certificateHash(signed.certificate),
    isKeyGiven: options.publicKey !== undefined,
    isFileChecked: file !== undefined,
    problems,
  };
}

function parse(bytes: Uint8Array, path: string): SignedCertificate {
  try {
    if (bytes.length > MOST_BYTES) throw new RangeError(`it has ${bytes.length} bytes`);
    return signedCertificateSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new AppError('bad_request', `${path} is not an arrival certificate this version knows.`, {
      where: { file: path, problem: errorMessage(cause).slice(0, 300) },
      fix: 'Compare it with the copy the platform keeps; a changed or cut certificate proves nothing.',
      cause,
    });
  }
}

function documentProblems({ certificate, signature }: SignedCertificate, given?: string): string[] {
  const problems = signatureProblems('certificate', certificate, signature, given);
  const rows = certificate.batch?.rows;
  if (rows && rows.landed !== rows.loaded + rows.quarantined + rows.deduplicated)
    problems.push('The rows landed are not the rows loaded, quarantined and deduplicated.');
  return problems;
}

/** In the object store the delivered bytes lie beside the certificate, in a directory named by their hash. */
async function deliveredBeside(
  path: string,
  { certificate }: SignedCertificate,
): Promise<string | undefined> {
  const directory = dirname(path);
  if (certificate.file.sha256 === null || basename(directory) !== certificate.file.sha256) return undefined;
  const names = await readdir(directory);
  const name = names.find(
    (one) => !CERTIFICATE.test(one) && !['rows.parquet', 'manifest.json'].includes(one),
  );
  return name === undefined ? undefined : join(directory, name);
}

async function fileProblems({ certificate }: SignedCertificate, file: string): Promise<string[]> {
  const { bytes, sha256 } = certificate.file;
  const found = await stat(file).catch(() => undefined);
  if (!found) return [`The delivered file ${file} is not there.`];
  const problems: string[] = [];
  if (found.size !== bytes)
    problems.push(`The file has ${found.size} bytes; the certificate is of one of ${bytes}.`);
  if (sha256 === null)
    return [...problems, 'The file was refused before its end was seen: the certificate has no hash of it.'];
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  if (hash.digest('hex') !== sha256)
    problems.push('The content of the file is not what the certificate is of.');
  return problems;
}

/** Each certificate of a data set names the hash of the one before; a hole or a fork is said of the later one. */
function checkChains(checked: Verified[]): void {
  const chains = new Map<string, Verified[]>();
  for (const one of checked) {
    const { instance, dataset } = one.signed.certificate;
    const name = `${instance} ${dataset}`;
    chains.set(name, [...(chains.get(name) ?? []), one]);
  }
  for (const chain of chains.values()) {
    chain.sort((one, other) => one.signed.certificate.sequence - other.signed.certificate.sequence);
    for (const [index, one] of chain.entries()) {
      const before = chain[index - 1];
      const { sequence, previous, dataset } = one.signed.certificate;
      const expected = before ? before.signed.certificate.sequence + 1 : 1;
      if (sequence !== expected)
        one.problems.push(
          `${dataset}: number ${sequence} follows ${expected - 1}; certificates are missing or doubled.`,
        );
      else if (previous !== (before?.hash ?? null))
        one.problems.push(
          `${dataset}: number ${sequence} does not follow from number ${sequence - 1} that is here.`,
        );
    }
  }
}
