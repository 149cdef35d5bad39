import { z } from 'zod';
import { AppError, isAppError } from '../domain/errors.ts';
import type { Warehouse } from './engine/warehouse.ts';
import { parseAst, type AstNode } from './policy/ast.ts';
import { allowedFunctions, type IsAllowedFunction } from './policy/functions.ts';

export interface AnalystScope {
  /** Databases that may be read; a trailing `*` stands for any ending. Build databases (`…__build`) never match. */
  databases: string[];
}

export const ANALYST_SCOPE: AnalystScope = { databases: ['base', 'mart_*', 'meta'] };

/** Rows as they arrived, personal values and all: staff mend them through the API, which masks and audits. */
const NEVER_READ = new Set(['meta.quarantine', 'meta.quarantine_edit', 'meta.withdrawn_row']);

const MAX_LENGTH = 100_000;

/** Syntax nodes a reading statement is made of; whatever is not listed is refused. */
const STRUCTURE = new Set([
  'ArrayJoin',
  'Asterisk',
  'ColumnsExceptTransformer',
  'ColumnsListMatcher',
  'ColumnsRegexpMatcher',
  'ColumnsReplaceTransformer',
  'ColumnsReplaceTransformer::Replacement',
  'ColumnsTransformerList',
  'ExpressionList',
  'Identifier',
  'InterpolateElement',
  'Literal',
  'OrderByElement',
  'QualifiedAsterisk',
  'QualifiedColumnsListMatcher',
  'QualifiedColumnsRegexpMatcher',
  'SampleRatio',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'Subquery',
  'TableExpression',
  'TableJoin',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'WindowDefinition',
  'WindowListElement',
  'WithElement',
]);

const TABLE_FUNCTIONS = new Set([
  'numbers',
  'zeros',
  'generateSeries',
  'generate_series',
  'values',
  'VALUES',
]);
const EXPLAIN_KINDS = new Set([
  'EXPLAIN',
  'EXPLAIN AST',
  'EXPLAIN SYNTAX',
  'EXPLAIN PIPELINE',
  'EXPLAIN ESTIMATE',
]);
const MEMBERSHIP = /^(global)?(not)?(null)?in(ignoreset)?$/i;
const NAME = /^[\p{L}\p{N}_]+(\.[\p{L}\p{N}_]+)?$/u;

/** `SHOW TABLES` also spells SHOW SETTINGS, CLUSTERS, MERGES …, which the tree does not tell apart: the text must. */
export const SHOW_TABLES =
  /^show\s+tables\s+(?:from|in)\s+(?<database>\w+)(?:\s+(?<like>(?:not\s+)?i?like\s+'[^'\\]*'))?(?:\s+(?<limit>limit\s+\d+))?$/i;

/**
 * Decides whether a text may run as an analyst's query: one SELECT, EXPLAIN, DESCRIBE, SHOW TABLES or SHOW CREATE TABLE
 * over the scope's databases. The engine parses it (`EXPLAIN AST`, which executes nothing) and every node of the tree
 * must be known to be harmless. The analyst lane's own limits (readonly) stand behind this, not instead of it.
 * @returns the tables it reads, `database.table`, and the databases it names
 * @throws AppError `sql_rejected`, saying what is not allowed
 */
export async function checkAnalystSql(
  warehouse: Warehouse,
  sql: string,
  scope: AnalystScope = ANALYST_SCOPE,
): Promise<{ tables: string[]; databases: string[] }> {
  const statement = sql.replace(/[\s;]+$/, '');
  checkText(statement);
  const root = await parse(warehouse, statement);
  const check = new TreeCheck(scope, await allowedFunctions(warehouse));
  check.root(root, statement);
  await refuseUnqualifiedTables(warehouse, check.unqualified);
  return { tables: [...check.tables].sort(), databases: [...check.databases].sort() };
}

/** What must be settled before the engine sees the text: `EXPLAIN AST a; b` would run b. */
function checkText(statement: string): void {
  if (statement === '') throw rejected('There is no statement.');
  if (statement.length > MAX_LENGTH)
    throw rejected(`A statement must be shorter than ${MAX_LENGTH} characters.`);
  if (statement.includes('\0')) throw rejected('A statement must not hold a NUL character.');
  if (statement.includes(';')) {
    throw rejected(
      'One statement at a time; a semicolon may only stand at the end.',
      'Write char(59) for the character.',
    );
  }
  if (/\boutfile\b/i.test(statement))
    throw rejected('INTO OUTFILE is not allowed.', 'Ask for a format instead.');
  if (/\{\s*\w+\s*:/.test(statement))
    throw rejected('Query parameters ({name:Type}) are not available here.');
  const text = statement.replace(/^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, '');
  if (!/^\(*\s*(select|with|from|explain|describe|desc|show)\b/i.test(text)) {
    throw rejected('Only SELECT, WITH, EXPLAIN, DESCRIBE and SHOW are allowed.');
  }
}

async function parse(warehouse: Warehouse, statement: string): Promise<AstNode> {
  try {
    const lines = await warehouse.rows(`EXPLAIN AST ${statement}`, z.object({ explain: z.string() }), {
      lane: 'analyst',
      tag: 'policy.parse',
    });
    const root = parseAst(lines.map(({ explain }) => explain));
    if (root) return root;
  } catch (error) {
    if (isAppError(error) && error.code !== 'sql_failed') throw error;
    throw rejected(`The statement cannot be read: ${isAppError(error) ? error.message : 'unknown reason'}`);
  }
  throw rejected('The statement has names that cannot be read safely.');
}

class TreeCheck {
  readonly tables = new Set<string>();
  readonly databases = new Set<string>();
  /** Names without a database: common table expressions, or else tables of the session's own database. */
  readonly unqualified = new Set<string>();
  readonly #inScope: RegExp[];

  constructor(
    scope: AnalystScope,
    private readonly isAllowedFunction: IsAllowedFunction,
  ) {
    this.#inScope = scope.databases.map(
      (pattern) => new RegExp(`^${pattern.replace(/[^\w*]/g, '\\$&').replace(/\*$/, '\\w*')}$`),
    );
  }

  root(root: AstNode, statement: string): void {
    switch (root.type) {
      case 'SelectWithUnionQuery':
      case 'DescribeQuery':
        return this.node(root);
      case 'Explain':
        if (!EXPLAIN_KINDS.has(root.label)) throw rejected(`${root.label} is not allowed.`);
        if (root.children.length !== 1) throw rejected('EXPLAIN with settings is not allowed.');
        return root.children.forEach((child) => this.node(child));
      case 'ShowCreateTableQuery':
        return this.table(root.children.map(({ label }) => label).join('.'));
      case 'ShowTables':
        if (root.children.length !== 1 || !SHOW_TABLES.test(statement)) {
          throw rejected('Only SHOW TABLES FROM a database is allowed.');
        }
        return this.database(root.children[0]?.label ?? '');
      default:
        throw rejected(
          'Only SELECT, WITH, EXPLAIN, DESCRIBE, SHOW TABLES and SHOW CREATE TABLE are allowed.',
        );
    }
  }

  node(node: AstNode): void {
    switch (node.type) {
      case 'SelectWithUnionQuery':
        // FORMAT, INTO OUTFILE and SETTINGS behind a query are further children.
        if (node.children.length !== 1)
          throw rejected('FORMAT and SETTINGS are not allowed in the statement.');
        break;
      case 'DescribeQuery':
        if (node.children.length !== 1)
          throw rejected('FORMAT and SETTINGS are not allowed in the statement.');
        break;
      case 'TableIdentifier':
        this.table(node.label);
        break;
      case 'TableExpression':
        for (const child of node.children) {
          if (child.type !== 'Function') this.node(child);
          else this.tableFunction(child);
        }
        return;
      case 'Function':
        this.scalarFunction(node);
        break;
      default:
        if (!STRUCTURE.has(node.type)) throw rejected(`This is not allowed in a statement: ${node.type}.`);
    }
    node.children.forEach((child) => this.node(child));
  }

  tableFunction(node: AstNode): void {
    if (!TABLE_FUNCTIONS.has(node.label)) throw rejected(`The table function ${node.label} is not allowed.`);
    node.children.forEach((child) => this.node(child));
  }

  scalarFunction(node: AstNode): void {
    if (!this.isAllowedFunction(node.label)) throw rejected(`The function ${node.label} is not allowed.`);
    if (!MEMBERSHIP.test(node.label)) return;
    // `x IN name` reads a table when no column has that name; a list or a subquery is checked as such.
    const set = node.children[0]?.children[1];
    if (set?.type === 'Identifier') this.table(set.label);
  }

  table(name: string): void {
    if (!NAME.test(name))
      throw rejected('A table must be written as database.table, in letters, digits and “_”.');
    const [database = '', table] = name.split('.');
    if (table === undefined) {
      this.unqualified.add(name);
      return;
    }
    this.database(database);
    if (NEVER_READ.has(name)) throw rejected(`${name} holds rows as they arrived and is not open to SQL.`);
    this.tables.add(name);
  }

  database(name: string): void {
    const isInScope = !name.endsWith('__build') && this.#inScope.some((pattern) => pattern.test(name));
    if (!isInScope)
      throw rejected(`The database ${NAME.test(name) ? name : 'named'} is not open to analysts.`);
    this.databases.add(name);
  }
}

/** The tree does not tell a common table expression from a table of the session's database: there must be no such table. */
async function refuseUnqualifiedTables(warehouse: Warehouse, names: Set<string>): Promise<void> {
  if (names.size === 0) return;
  const found = await warehouse.rows(
    'SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}',
    z.object({ name: z.string() }),
    { params: { names: [...names] }, tag: 'policy.tables' },
  );
  if (found.length > 0) throw rejected(`Write the database before the table ${found[0]?.name}.`);
}

const rejected = (message: string, fix?: string): AppError => new AppError('sql_rejected', message, { fix });
