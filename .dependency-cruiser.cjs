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
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pipeline-never-reads-the-truth',
      comment: 'The sample city writes a truth file; only tests and the benchmark may read it.',
      severity: 'error',
      from: { path: '^(warehouse|ingestion|pipelines|api)/', pathNot: '^ingestion/sample-city/' },
      to: { path: '^ingestion/sample-city/truth' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs'] },
  },
};
