import parser from '@typescript-eslint/parser';
import svelte from 'eslint-plugin-svelte';

// oxlint reads the scripts; this reads only what stands in the markup.
export default [
  { ignores: ['build/**', '.svelte-kit/**', 'src/lib/paraglide/**'] },
  ...svelte.configs.base,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      'svelte/button-has-type': 'error',
      'svelte/no-target-blank': 'error',
    },
  },
];
