import path from 'node:path';
import type { Command } from 'commander';
import { operate } from '../operate.ts';
import { type CommonOptions, configFor, print, withCommon } from '../options.ts';
import { points, table } from '../report.ts';

interface Period extends CommonOptions {
  from?: string;
  to?: string;
}
interface LetterOptions extends Period {
  deadline?: string;
  page?: string;
  rows?: string;
}

/** `anju quality …`: how good the data of each agency is, and the letter that tells it. */
export function addQuality(program: Command): void {
  const quality = program.command('quality').description('quality of data by agency, and letters about it');
  withCommon(quality.command('scores'))
    .description('agencies and data sets, worst first, on seven dimensions')
    .option('--owner <agency>', 'only of this agency')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'last business day')
    .action(async ({ owner, from, to, ...options }: Period & { owner?: string }) => {
      const found = await operate(configFor(options), 'qualityScores', { owner, from, to });
      const shown = (one: (typeof found.datasets)[number] | (typeof found.owners)[number]) => ({
        score: points(one.overall),
        ...Object.fromEntries(
          Object.entries(one.dimensions).map(([name, { score }]) => [name, points(score)]),
        ),
      });
      print(options, found, () => [
        ...table(found.owners.map((one) => ({ agency: one.owner, ...shown(one) }))),
        '',
        ...table(found.datasets.map((one) => ({ 'data set': one.dataset, ...shown(one) }))),
      ]);
    });
  withCommon(quality.command('letter'))
    .description('write a letter about its data to an agency (数据质量问题函), as a draft')
    .argument('<agency>', 'the owner its contracts name')
    .option('--from <day>', 'first business day (default: 30 days)')
    .option('--to <day>', 'last business day (default: the latest)')
    .option('--deadline <day>', 'when the answer is due (default: in 15 days)')
    .option('--page <file.html>', 'where the page to print is written')
    .option('--rows <file>', 'where the rows are written, masked: .csv or .xlsx')
    .action(async (owner: string, { from, to, deadline, page, rows, ...options }: LetterOptions) => {
      const done = await operate(configFor(options), 'qualityLetter', {
        ...{ owner, from, to, deadline },
        pagePath: page === undefined ? undefined : path.resolve(page),
        rowsPath: rows === undefined ? undefined : path.resolve(rows),
      });
      print(options, done, () => [
        `${done.letterNo}: ${done.bad} problems in ${done.landed} rows of ${done.from} to ${done.to}, answer due ${done.deadline}`,
      ]);
    });
}
