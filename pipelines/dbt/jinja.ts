/**
 * dbt's Jinja on nunjucks. Macros of the project are called unqualified, as in dbt: each macro file is compiled once,
 * and for every text rendered its macros are bound to that text's context (so that `ref` inside a macro is the model's).
 */
import nunjucks from 'nunjucks';
import { AppError } from '../../domain/errors.ts';

// True, False, None, `.append()`, `.items()` and slices: what dbt's authors write from Python.
nunjucks.installJinjaCompat();

export interface MacroFile {
  path: string;
  text: string;
}

export type JinjaFunction = (...values: unknown[]) => unknown;
export type JinjaContext = Record<string, unknown>;

/** Thrown by `{{ return(value) }}` and caught where the macro was called: a macro may answer a list, not only text. */
class Returned {
  constructor(readonly value: unknown) {}
}

/** Macros are compiled under this prefix, so that every call by their real name passes through {@link Renderer} (not `_`: never exported). */
const PRIVATE = 'anju_macro_';
const MACRO_HEADER = /(\{%-?\s*)(macro|test)(\s+)([A-Za-z_][A-Za-z0-9_]*)(\s*\()/g;
const TEST_END = /(\{%-?\s*)endtest(\s*-?%\})/g;
/** `{% do f() %}`: nunjucks has no such tag; setting a name nobody reads is the same. */
const DO_TAG = /(\{%-?\s*)do(\s+)/g;
const COMMENT = /\{#[\s\S]*?#\}/g;

/** Keyword arguments as nunjucks passes them: the last argument, marked. */
type Keywords = Record<string, unknown> & { __keywords: true };
const isKeywords = (value: unknown): value is Keywords =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, '__keywords');

export interface CallArguments {
  positional: unknown[];
  named: Record<string, unknown>;
}

/** Splits a nunjucks call into positional and named arguments, with nunjucks' own string type made plain. */
export function callArguments(values: unknown[]): CallArguments {
  const last = values.at(-1);
  if (!isKeywords(last)) return { positional: values.map(plain), named: {} };
  const { __keywords, ...named } = last;
  return {
    positional: values.slice(0, -1).map(plain),
    named: Object.fromEntries(Object.entries(named).map(([name, value]) => [name, plain(value)])),
  };
}

/** nunjucks marks a macro's output as a safe string; elsewhere that is an object that only looks like a string. */
function plain(value: unknown): unknown {
  if (value instanceof String) return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  return value;
}

/** nunjucks' types leave this method out. It runs the file's top level against a context and answers the macros defined there. */
interface MacroTemplate {
  getExported(
    context: object,
    done: (error: Error | null, exported?: Record<string, JinjaFunction>) => void,
  ): void;
}
interface MacroOwner {
  path: string;
  template: MacroTemplate;
}

export class Renderer {
  private readonly environment: nunjucks.Environment;
  private readonly owners = new Map<string, MacroOwner>();

  /** A macro of a later file replaces one of the same name in an earlier file. */
  constructor(macros: MacroFile[]) {
    // `dev` keeps the cause of an error, which is how an AppError thrown by `ref` comes out whole.
    this.environment = new nunjucks.Environment(null, {
      autoescape: false,
      throwOnUndefined: true,
      dev: true,
    });
    this.environment.addFilter('tojson', (value: unknown) => JSON.stringify(value));
    this.environment.addFilter('as_bool', Boolean);
    this.environment.addFilter('as_number', Number);
    this.environment.addFilter('as_native', (value: unknown) => value);
    this.environment.addFilter('as_text', String);
    for (const file of macros) this.compileMacros(file);
  }

  has(macro: string): boolean {
    return this.owners.has(macro);
  }

  /** Text → rendered text, trimmed. Throws an `AppError` naming `where`, the line and the reason. */
  render(text: string, where: string, context: JinjaContext): string {
    const whole = this.bind(context);
    return this.guard(where, () =>
      new nunjucks.Template(
        text.replace(DO_TAG, '$1set ignored__ =$2'),
        this.environment,
        where,
        true,
      ).render(whole),
    ).trim();
  }

  /** Calls one macro by name with named arguments and answers its text, or what it `return`s. */
  call(macro: string, named: Record<string, unknown>, where: string, context: JinjaContext): unknown {
    const bound = this.bind(context)[macro];
    if (typeof bound !== 'function') {
      throw new AppError('bad_configuration', `There is no macro ${macro}.`, {
        where: { file: where },
        fix: 'Define it under macros/.',
      });
    }
    const answer: unknown = this.guard(where, () => plain(bound({ ...named, __keywords: true })));
    return typeof answer === 'string' ? answer.trim() : answer;
  }

  private compileMacros(file: MacroFile): void {
    const names: string[] = [];
    const text = file.text
      .replace(COMMENT, (comment) => comment.replace(/[^\n]/g, ' '))
      .replace(TEST_END, '$1endmacro$2')
      .replace(DO_TAG, '$1set ignored__ =$2')
      .replace(
        MACRO_HEADER,
        (_all, open: string, keyword: string, space: string, name: string, paren: string) => {
          const macro = keyword === 'test' ? `test_${name}` : name;
          names.push(macro);
          return `${open}macro${space}${PRIVATE}${macro}${paren}`;
        },
      );
    const template = this.guard(
      file.path,
      () => new nunjucks.Template(text, this.environment, file.path, true) as unknown as MacroTemplate,
    );
    for (const name of names) this.owners.set(name, { path: file.path, template });
  }

  /** The context with every macro in it as a function bound to that same context. */
  private bind(context: JinjaContext): Record<string, unknown> {
    const whole: Record<string, unknown> = { return: raise, ...context };
    for (const [name, owner] of this.owners) {
      whole[name] = (...values: unknown[]) => {
        // Exported anew for each call: a macro left by `return` would otherwise leave its frame behind for its caller.
        const macro = exported(owner, PRIVATE + name, whole);
        try {
          return macro(...values);
        } catch (thrown) {
          if (thrown instanceof Returned) return thrown.value;
          throw thrown;
        }
      };
    }
    whole['adapter'] = { dispatch: (name: unknown) => dispatch(whole, String(name)) };
    return whole;
  }

  private guard<T>(where: string, work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw problem(where, thrown);
    }
  }
}

function exported(owner: MacroOwner, name: string, context: object): JinjaFunction {
  let found: JinjaFunction | undefined;
  owner.template.getExported(context, (error, macros) => {
    if (error) throw problem(owner.path, error);
    found = macros?.[name];
  });
  if (!found) throw new Error(`macro ${name.slice(PRIVATE.length)} is not at the top level of ${owner.path}`);
  return found;
}

function raise(value: unknown): never {
  throw new Returned(plain(value));
}

function dispatch(context: Record<string, unknown>, name: string): unknown {
  const found = context[`clickhouse__${name}`] ?? context[`default__${name}`];
  if (found === undefined)
    throw new Error(`adapter.dispatch finds neither clickhouse__${name} nor default__${name}`);
  return found;
}

function problem(where: string, thrown: unknown): unknown {
  if (thrown instanceof AppError) return thrown;
  const wrapped = cause(thrown);
  if (wrapped instanceof AppError) return wrapped;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError(
    'bad_configuration',
    `${where}: ${message.replaceAll(`(${where})`, '').replace(/\s+/g, ' ').trim()}`,
    {
      where: { file: where },
      fix: 'Mend the Jinja at the place named.',
      cause: thrown,
    },
  );
}

function cause(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined;
}
