import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Who may not import whom (docs/architecture.md, section Folders); test/architecture.test.ts checks the same without lint. */
const forbidden = {
  'src/model': ['protocol', 'engine', 'extension', 'webview', 'kernels'],
  'src/protocol': ['engine', 'extension', 'webview', 'kernels'],
  'src/engine': ['extension', 'webview'],
  'src/extension': ['engine', 'webview', 'kernels'],
  'src/webview': ['engine', 'extension', 'kernels'],
  'src/kernels': ['model', 'protocol', 'engine', 'extension', 'webview'],
};

const boundaries = Object.entries(forbidden).map(([folder, others]) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^\\.\\.?/(.*/)?(${others.join('|')})/`,
            message: `${folder} does not import these folders`,
          },
          ...(folder === 'src/extension'
            ? []
            : [{ regex: '^vscode$', message: 'vscode belongs to src/extension' }]),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.cache/**',
      'src/kernels/assembly/**',
      'coverage/**',
      'bench/results/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        require: 'readonly',
        module: 'readonly',
        __dirname: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  ...tseslint.configs.strictTypeChecked.map((c) => ({ ...c, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  // Golden numbers are written with all the digits they were computed with.
  { files: ['**/*.test.ts', 'test/**/*.ts'], rules: { 'no-loss-of-precision': 'off' } },
  ...boundaries,
);
