import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Only these files may read the environment: everything else takes a parsed `Config`. */
const ENVIRONMENT_READERS = [
  'warehouse/config.ts',
  'bin/**',
  'test/**',
  'bench/**',
  '.ci/**',
  'dashboards/vite.config.ts',
];

export default tseslint.config(
  { ignores: ['node_modules', 'data', 'dashboards/dist', 'coverage', '.dependency-cruiser.cjs'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ENVIRONMENT_READERS,
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read settings through warehouse/config.ts.' },
      ],
    },
  },
  {
    // The bootstrap is CommonJS: it must set what Node needs before the module loader touches the thread pool.
    files: ['bin/*'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js', 'bin/*'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
);
