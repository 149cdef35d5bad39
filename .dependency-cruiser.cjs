/**
 * Dependencies point one way: domain ← warehouse ← ingestion ← pipelines ← api ← cli.
 * `models/` is SQL and imports nothing; `dashboards/` talks to the API over HTTP only.
 */
const layers = ['domain', 'warehouse', 'ingestion', 'pipelines', 'api', 'cli'];
const upward = layers.slice(0, -1).map((layer, index) => ({
  name: `${layer}-imports-nothing-above`,
  severity: 'error',
  from: { path: `^${layer}/` },
  to: { path: `^(${[...layers.slice(index + 1), 'dashboards', 'bench', 'test'].join('|')})/` },
}));
module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'domain-depends-on-nothing',
      severity: 'error',
      from: { path: '^domain/' },
      to: { path: 'node_modules', pathNot: 'node_modules/zod' },
    },
    {
      name: 'benchmarks-know-no-command',
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: '^cli/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pipeline-never-reads-the-truth',
      comment:
        'The sample city knows the truth about its files: only tests, benchmarks and the command that makes it may touch it.',
      severity: 'error',
      from: {
        path: '^(domain|warehouse|ingestion|pipelines|api|cli)/',
        pathNot: '^(ingestion/sample-city/|cli/commands/demo\\.ts$)',
      },
      to: { path: '^ingestion/sample-city/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs'] },
  },
};
