import { describe, expect, test } from '@jest/globals';
import { callArguments, Renderer } from '../../pipelines/dbt/jinja.ts';

const macros = `
{# {% macro hidden() %}never{% endmacro %} #}
{% macro money(column, digits=2) -%} toDecimal64({{ column }}, {{ digits }}) {%- endmacro %}
{% macro columns() %}{{ return(['a', 'b']) }}{% endmacro %}
{% macro nested(table) -%}
  {%- for column in columns() %}{% for twice in columns() %}{{ table }}.{{ column }}{{ twice }} {% endfor %}{% endfor -%}{{ ref(table) }}
{%- endmacro %}
{% macro default__now() %}default{% endmacro %}
{% macro clickhouse__now() %}clickhouse{% endmacro %}
{% macro now() %}{{ adapter.dispatch('now')() }}{% endmacro %}
{% test positive(model, column_name) %}select 1 from {{ model }} where {{ column_name }} <= 0{% endtest %}
`;
const renderer = new Renderer([
  { path: 'macros/a.sql', text: macros },
  { path: 'macros/b.sql', text: '{% macro both(x) %}{{ money(x) }}+{{ money(x, digits=4) }}{% endmacro %}' },
]);
const render = (text: string, context: Record<string, unknown> = {}): string =>
  renderer.render(text, 'models/x.sql', { ref: (name: unknown) => `«${String(name)}»`, ...context });

describe('Jinja as dbt writes it', () => {
  test('macros are called unqualified, with defaults and across files', () => {
    expect(render("select {{ both('price') }}")).toBe('select toDecimal64(price, 2)+toDecimal64(price, 4)');
  });

  test('a macro may return a list, and loops around it keep their variables', () => {
    expect(render("{{ nested('t') }}")).toBe('t.aa t.ab t.ba t.bb «t»');
  });

  test('dispatch prefers the adapter’s own macro', () => {
    expect(render('{{ now() }}')).toBe('clickhouse');
  });

  test('do, lists, slices and Python’s constants work', () => {
    expect(
      render(
        "{% set xs = ['a'] %}{% do xs.append('b') %}{{ xs | join(',') }} {{ xs[1:] | join }} {% if None is none and True %}yes{% endif %}",
      ),
    ).toBe('a,b b yes');
  });

  test('generic tests are macros with a prefix', () => {
    expect(renderer.call('test_positive', { model: 'm', column_name: 'c' }, 'x.yml', {})).toBe(
      'select 1 from m where c <= 0',
    );
  });

  test.each([
    ['{{ nothing }}', /models\/x\.sql.*undefined/],
    ['{{ hidden() }}', /models\/x\.sql.*hidden/],
    ['{% if %}', /models\/x\.sql/],
  ])('%s is an error that names the file', (text, message) => {
    expect(() => render(text)).toThrow(message);
  });

  test('call arguments come apart into positional and named', () => {
    let seen: unknown;
    render("{{ f('a', 1, key=['x', 'y']) }}", {
      f: (...values: unknown[]) => ((seen = callArguments(values)), ''),
    });
    expect(seen).toEqual({ positional: ['a', 1], named: { key: ['x', 'y'] } });
  });
});
