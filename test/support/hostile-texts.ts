/** Texts that would be something else where they are pasted and not kept. */
export const HOSTILE = [
  "'); DROP TABLE base.std_operations__household_member; --",
  "{{ ref('x') }}{% endraw %}{% raw %}",
  '{% endraw %}{{ config() }}',
  '\\',
  "\\'",
  '`',
  '\u2028\u{1f600}',
  '$1 \\1 \\x41',
];
