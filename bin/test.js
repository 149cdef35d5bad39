'use strict';
// `npm test [-- PATTERN …]`: installs what is missing and runs the tests; the last line is `N passed, N failed, N skipped`.
process.env.UV_THREADPOOL_SIZE ??= '24';
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { root, ensureInstalled, ensureDashboards } = require('./bootstrap.js');

ensureInstalled({ full: true });
ensureDashboards();
const scratch = mkdtempSync(path.join(os.tmpdir(), 'anju-test-'));
const report = path.join(scratch, 'report.json');
const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  // --json repeats the whole report on standard output; the file is enough.
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
let counts;
try {
  const results = JSON.parse(readFileSync(report, 'utf8'));
  // A test file that could not even be loaded has no failed test of its own; it must still fail the run.
  const broken = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  counts = {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken.length,
    skipped: results.numPendingTests + results.numTodoTests,
  };
} catch (error) {
  process.stderr.write(`anju: jest left no report (${error.message}), exit ${jest.status ?? jest.signal}\n`);
  counts = { passed: 0, failed: 1, skipped: 0 };
}
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
