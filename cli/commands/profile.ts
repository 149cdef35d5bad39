import path from 'node:path';
import type { Command } from 'commander';
import type { OperationResult } from '../../api/operations/index.ts';
import { fileAt } from '../file-at.ts';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { table } from '../report.ts';

interface ProfileOptions extends CommonOptions {
  write?: boolean;
  source?: string;
  dataset?: string;
  entries?: string;
}

/** `anju profile FILE`: what a file nobody has seen holds, and a draft contract to land it under. */
export function addProfile(program: Command): void {
  withCommon(program.command('profile'))
    .description('look at a file nobody has seen: form, columns, data elements, keys; write a draft contract')
    .argument('<file>', 'any delivery')
    .option('--write', 'write a draft contract into the home, for anju land')
    .option('--source <name>', 'the source the draft is filed under (default: unregistered)')
    .option('--dataset <name>', 'the data set (default: from the file name)')
    .option(
      '--entries <pattern>',
      'of an archive: the files read, * for anything (default: the kind with the most bytes)',
    )
    .action(async (file: string, options: ProfileOptions) => {
      const result = await operate(configFor(options), 'profile', {
        path: await fileAt(file),
        write: options.write,
        source: options.source,
        dataset: options.dataset,
        entries: options.entries,
      });
      print(options, result, () => lines(file, result));
    });
}

function lines(file: string, found: OperationResult<'profile'>): string[] {
  const { shape, ...form } = found.delivery;
  const details = Object.entries(form).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    `${found.fileName}: ${shape}, ${found.encoding}, ${details.join(', ')}`,
    `${found.rows.toLocaleString('en-US')} rows (${found.unreadable} unreadable), ${found.columns.length} columns, ${found.seconds} s; elements judged on ${found.sampledRows.toLocaleString('en-US')} rows, counts on all`,
    '',
    ...table(
      found.columns.map((one) => ({
        column: one.source,
        name: one.name,
        element: [one.element, one.codes, one.unit, one.calendar].filter(Boolean).join(':'),
        passing: percent(one.passing),
        nulls: percent(one.nulls),
        distinct: `${one.isDistinctExact ? '' : '~'}${one.distinct}`,
        from: one.least,
        to: one.greatest,
        examples: `${one.isPersonal ? '(masked) ' : ''}${one.examples.slice(0, 3).join(' · ')}`,
      })),
    ),
    '',
    ...found.keys.map(
      ({ columns, share }) => `key? ${columns.join(' + ')}: ${percent(share)} of the rows differ`,
    ),
    ...(found.keys.length === 0
      ? [
          'no columns tell the rows apart: the draft has no key, each row is kept under its number in the file',
        ]
      : []),
    ...found.notes.map((note) => `note: ${note}`),
    ...next(file, found),
  ];
}

function next(file: string, { draft, written }: OperationResult<'profile'>): string[] {
  if (written === null)
    return draft ? ['', 'with --write a draft contract is written and the file can be landed'] : [];
  return [
    '',
    `draft contract ${written} written; still to be filled in by a person: ${draft?.openPoints.join(', ') ?? ''}`,
    `land it: anju land ${path.basename(file) === file ? file : JSON.stringify(file)} --dataset ${written}`,
  ];
}

const percent = (share: number): string => `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
