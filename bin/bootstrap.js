'use strict';
/**
 * Installs what is missing, in plain Node, before anything else is loaded. `full` adds what only tests and checks need.
 * Run directly (`node bin/bootstrap.js [--full]`) it only installs.
 */
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, readdirSync, statSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const marker = path.join(root, 'node_modules', '.anju-installed.json');
const OLDEST_NODE = [20, 11];

function fail(message) {
  process.stderr.write(`anju: ${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    fail(`Node ${process.versions.node} is too old; install Node ${OLDEST_NODE.join('.')} or newer.`);
  }
}

function installed() {
  try {
    return JSON.parse(readFileSync(marker, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** `npm` as this process was started by, so that the same npm installs; else the one on the path. */
function npm(args) {
  const script = process.env.npm_execpath;
  const useScript = script !== undefined && script.endsWith('.js');
  const result = spawnSync(useScript ? process.execPath : 'npm', useScript ? [script, ...args] : args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0)
    fail(`npm ${args[0]} failed; its message is above. Check the package registry and the disk.`);
}

/** Returns the seconds spent; 0 when everything was there. */
function ensureInstalled({ full }) {
  checkNode();
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const have = installed();
  if (have !== null && have.lock === lock && (have.full || !full)) return 0;
  const started = Date.now();
  process.stderr.write(`anju: installing packages${full ? ' and test tools' : ''} …\n`);
  // No package needs its install script here, and one of them calls home: none runs.
  npm([
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(full ? [] : ['--omit=dev']),
  ]);
  writeFileSync(marker, JSON.stringify({ lock, full }));
  return (Date.now() - started) / 1000;
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue;
    const file = path.join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(file) : statSync(file).mtimeMs);
  }
  return latest;
}

/** Builds the web app when its sources are newer than its last build. Returns the seconds spent. */
function ensureDashboards() {
  const built = path.join(root, 'dashboards', 'dist', 'index.html');
  if (existsSync(built) && statSync(built).mtimeMs >= newest(path.join(root, 'dashboards'))) return 0;
  const started = Date.now();
  process.stderr.write('anju: building the screens …\n');
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const result = spawnSync(
    process.execPath,
    [vite, 'build', '--config', 'dashboards/vite.config.ts', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: ['ignore', process.stderr, process.stderr],
    },
  );
  if (result.status !== 0) fail('the screens could not be built; the message is above.');
  return (Date.now() - started) / 1000;
}

module.exports = { root, ensureInstalled, ensureDashboards };

if (require.main === module) ensureInstalled({ full: process.argv.includes('--full') });
