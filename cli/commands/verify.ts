import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Control } from '../../ingestion/certificate/control.ts';
import { type Verified, verifyPath } from '../../ingestion/certificate/verify.ts';
import { print } from '../options.ts';

interface VerifyCommandOptions {
  file?: string;
  key?: string;
  json?: boolean;
}

/** `anju verify`: arrival certificates, offline; opens no platform, so it works where none is. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .description(
      'check an arrival certificate, a delivered file against its own, or a directory of certificates',
    )
    .argument('<path>', 'the certificate, the delivered file beside it, or a directory (checks the chain)')
    .option('--file <delivered>', 'the delivered file to compare with the certificate')
    .option(
      '--key <public.pem>',
      'the public key of the instance that must have signed (its keys/instance.pem)',
    )
    .option('--json', 'print one JSON object as the last line of standard output')
    .action(async (target: string, options: VerifyCommandOptions) => {
      const checked = await verifyPath(path.resolve(target), {
        file: options.file === undefined ? undefined : path.resolve(options.file),
        publicKey: options.key === undefined ? undefined : await readFile(options.key, 'utf8'),
      });
      const ok = checked.every(({ problems }) => problems.length === 0);
      const certificates = checked.map(
        ({ path: file, hash, isKeyGiven, isFileChecked, problems, signed }) => ({
          ...{ path: file, ok: problems.length === 0, problems, hash, isKeyGiven, isFileChecked },
          certificate: signed.certificate,
        }),
      );
      print(options, { ok, certificates }, () => checked.flatMap(linesOf));
      if (!ok) process.exitCode = 1;
    });
}

function linesOf({ path: file, signed, problems, isKeyGiven, isFileChecked }: Verified): string[] {
  const { certificate } = signed;
  const rows = certificate.batch?.rows;
  return [
    `${problems.length === 0 ? 'ok' : 'WRONG'}: ${file}`,
    `  ${certificate.dataset} number ${certificate.sequence}: ${certificate.file.name}, ${certificate.outcome}, received ${certificate.receivedAt}`,
    ...(rows
      ? [
          `  rows: landed ${rows.landed}, loaded ${rows.loaded}, quarantined ${rows.quarantined}, deduplicated ${rows.deduplicated}, deleted ${rows.deleted}`,
        ]
      : []),
    ...(certificate.contractVersion
      ? [`  read under version ${certificate.contractVersion} of the contract`]
      : []),
    ...(certificate.findings?.controls ?? []).map(controlLine),
    `  signed by ${certificate.instance}${isKeyGiven ? '' : ' (by its own word: compare the instance id over another channel, or give --key)'}`,
    `  ${isFileChecked ? 'the delivered file was compared' : 'the delivered file was not at hand (--file)'}`,
    ...problems.map((problem) => `  problem: ${problem}`),
  ];
}

const controlLine = ({ item, column, declared, counted, agrees }: Control): string => {
  const verdict = agrees === null ? 'cannot be compared' : agrees ? 'agrees' : 'DISAGREES';
  return `  ${[item, column].filter(Boolean).join(' of ')}: declared ${declared}, counted ${counted || 'none'}: ${verdict}`;
};
