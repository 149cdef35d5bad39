import path from 'node:path';
import type { Command } from 'commander';
import { type Config, loadConfig } from '../warehouse/config.ts';

export interface CommonOptions {
  home?: string;
  json?: boolean;
}

/** The options every command has. */
export const withCommon = (command: Command): Command =>
  command
    .option('--home <dir>', 'where all state lives (default: ANJU_HOME or ./data)')
    .option('--json', 'print one JSON object as the last line of standard output');

/** Settings from the environment, with `--home` in place of ANJU_HOME. */
export const configFor = ({ home }: CommonOptions): Config =>
  loadConfig(
    home === undefined ? processEnvironment() : { ...processEnvironment(), ANJU_HOME: path.resolve(home) },
  );

/** The one place of the command line that hands the environment to `loadConfig`. */
export function processEnvironment(): NodeJS.ProcessEnv {
  // eslint-disable-next-line no-restricted-properties -- handed to loadConfig unread
  return process.env;
}

/** The result for scripts (`--json`), or lines for a person. */
export function print(options: CommonOptions, result: unknown, lines: () => string[]): void {
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const line of lines()) process.stdout.write(`${line}\n`);
}
