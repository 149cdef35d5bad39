import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Control } from '../../ingestion/certificate/control.ts';
import { type Verified, verifyPath } from '../../ingestion/certificate/verify.ts';
import { type VerifiedStatement, verifyStatement } from '../../ingestion/retention/statement.ts';
import { print } from '../options.ts';

interface VerifyCommandOptions {
  file?: string;
  key?: string;
  json?: boolean;
}

/** `anju verify`: arrival certificates and statements of retention, offline; opens no platform, so it works where none is. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .description(
      'check an arrival certificate, a delivered file against its own, a directory of certificates, or a statement of retention',
    )
    .argument('<path>', 'the certificate or statement, the delivered file, or a directory (checks the chain)')
    .option('--file <delivered>', 'the delivered file to compare with the certificate')
    .option(
      '--key <public.pem>',
      'the public key of the instance that must have signed (its keys/instance.pem)',
    )
    .option('--json', 'print one JSON object as the last line of standard output')
    .action(async (target: string, options: VerifyCommandOptions) => {
      const publicKey = options.key === undefined ? undefined : await readFile(options.key, 'utf8');
      const place = path.resolve(target);
      const statement = await verifyStatement(place, publicKey);
      if (statement) {
        const { problems, isKeyGiven } = statement;
        const isRight = problems.length === 0;
        const told = { path: place, ok: isRight, problems, isKeyGiven, statement: statement.statement };
        print(options, { ok: isRight, statements: [told] }, () => linesOfStatement(statement));
        if (!isRight) process.exitCode = 1;
        return;
      }
      const checked = await verifyPath(place, {
        file: options.file === undefined ? undefined : path.resolve(options.file),
        publicKey,
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
    signedBy(certificate, isKeyGiven),
    `  ${isFileChecked ? 'the delivered file was compared' : 'the delivered file was not at hand (--file)'}`,
    ...problems.map((problem) => `  problem: ${problem}`),
  ];
}

const signedBy = ({ instance }: { instance: string }, isKeyGiven: boolean): string =>
  `  signed by ${instance}${isKeyGiven ? '' : ' (by its own word: compare the instance id over another channel, or give --key)'}`;

const linesOfStatement = ({ path: file, statement, isKeyGiven, problems }: VerifiedStatement): string[] => [
  `${problems.length === 0 ? 'ok' : 'WRONG'}: ${file}`,
  `  ${statement.dataset} partition ${statement.partition}: ${statement.rows} rows, ${statement.first} to ${statement.last}, gone by rule ${statement.rule.ruleId}`,
  `  kept ${statement.rule.keepDays} days, held by the aggregate of a ${statement.rule.heldBy}; proposed by ${statement.rule.proposedBy}, approved by ${statement.rule.approvedBy ?? 'nobody'}`,
  signedBy(statement, isKeyGiven),
  ...problems.map((problem) => `  problem: ${problem}`),
];

const controlLine = ({ item, column, declared, counted, agrees }: Control): string => {
  const verdict = agrees === null ? 'cannot be compared' : agrees ? 'agrees' : 'DISAGREES';
  return `  ${[item, column].filter(Boolean).join(' of ')}: declared ${declared}, counted ${counted || 'none'}: ${verdict}`;
};
