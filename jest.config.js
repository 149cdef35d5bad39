/** Tests run on the real engines. Two workers: one per core of the smallest machine we support. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/data/'],
  modulePathIgnorePatterns: ['<rootDir>/data/'],
  maxWorkers: 2,
  // Long on purpose: it ends a test that hangs, and says nothing of how fast a busy machine is.
  testTimeout: 900_000,
  globalSetup: undefined,
};
