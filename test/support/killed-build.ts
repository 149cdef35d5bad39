/**
 * A build that dies: `node --import tsx killed-build.ts HOME before|after PATTERN`. The process kills itself with SIGKILL
 * just before or just after the first statement that matches, as a power cut would.
 */
import { openPlatform } from '../../warehouse/platform.ts';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { buildModels } from '../../pipelines/dbt/build.ts';
import { loadProject } from '../../pipelines/dbt/project.ts';
import { fixtureProject } from './dbt-fixture.ts';
import { testConfig } from './platform.ts';

const [home = '', when = '', pattern = ''] = process.argv.slice(2);
const platform = await openPlatform(testConfig(home));
const matches = new RegExp(pattern);
const die = (): void => void process.kill(process.pid, 'SIGKILL');

const warehouse = new Proxy(platform.warehouse, {
  get(target, name) {
    if (name !== 'run') {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    }
    return async (...call: Parameters<Warehouse['run']>): Promise<void> => {
      if (when === 'before' && matches.test(call[0])) die();
      await target.run(...call);
      if (when === 'after' && matches.test(call[0])) die();
    };
  },
});

await buildModels({ ...platform, warehouse }, await loadProject(fixtureProject), { asOf: '2026-02-28' });
await platform.close();
