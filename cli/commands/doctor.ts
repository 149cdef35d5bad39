import type { Command } from 'commander';
import { configSettings } from '../../warehouse/config.ts';
import { findOwner } from '../../warehouse/owner-lock.ts';
import { type CommonOptions, configFor, print, processEnvironment, withCommon } from '../options.ts';
import { table } from '../report.ts';
import { diagnose } from '../diagnose.ts';

/** `anju doctor`: every setting with its value and meaning, and whether what they name is there. */
export function addDoctor(program: Command): void {
  withCommon(program.command('doctor'))
    .description('explain the settings and check the machine')
    .action(async (options: CommonOptions) => {
      const config = configFor(options);
      const environment = processEnvironment();
      const settings = configSettings.map((setting) => ({
        name: setting.name,
        value:
          setting.secret && environment[setting.name]
            ? '(set)'
            : (environment[setting.name] ?? `${setting.default} (default)`),
        meaning: setting.description,
      }));
      const owner = await findOwner(config.home);
      const checks = await diagnose(config, owner);
      print(options, { ok: checks.every((check) => check.ok), settings, checks }, () => [
        ...table(settings),
        '',
        ...table(
          checks.map((check) => ({
            check: check.name,
            result: check.ok ? 'ok' : 'FAILED',
            detail: check.detail,
            fix: check.fix ?? '',
          })),
        ),
      ]);
      if (checks.some((check) => !check.ok)) process.exitCode = 1;
    });
}
