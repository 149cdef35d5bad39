'use strict';
// `npm start`: everything on one machine. Installs, builds the screens, then is `anju demo` with what follows `--`.
process.env.UV_THREADPOOL_SIZE ??= '24';
const { ensureInstalled, ensureDashboards } = require('./bootstrap.js');

const install = ensureInstalled({ full: false });
const screens = ensureDashboards();
import('tsx/esm/api')
  .then((tsx) => tsx.register())
  .then(() => import('../cli/main.ts'))
  .then((cli) => cli.main(['demo', ...process.argv.slice(2)], { install, screens }));
