/**
 * Which columns tables have. A model of which neither the text nor the columns of what it reads are others has the columns it had: its
 * table is made like the published one, and the engine looks at its query once. `CREATE TABLE … AS SELECT` looks twice, first for the
 * columns, which is a third of what building a mart of some thousand rows takes.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Warehouse } from '../../warehouse/engine/warehouse.ts';
import { inputsOf } from './compile.ts';
import type { Project } from './resolve.ts';
import { relationName, type Node, type Relation } from './types.ts';

const options = { lane: 'batch' as const, tag: 'columns of tables' };
const shapeRow = z.object({ place: z.string(), shape: z.string() });

export class Shapes {
  readonly #warehouse: Warehouse;
  readonly #project: Project;
  #known: Promise<Map<string, string>> | undefined;
  readonly #forgotten = new Map<string, Relation>();
  #remembered: Promise<void> = Promise.resolve();

  constructor(warehouse: Warehouse, project: Project) {
    this.#warehouse = warehouse;
    this.#project = project;
  }

  /** What a model's columns follow from, and what its table has: of its published table where `built` is not given. */
  async of(node: Node, built?: Relation): Promise<string> {
    const known = await (this.#known ??= this.#readAll());
    // One after another: of two that ask at once, the second waits for what the first reads.
    this.#remembered = this.#remembered.then(() => this.#remember(known));
    await this.#remembered;
    const { nodes, sources } = inputsOf(this.#project, node);
    const read = [...nodes, ...sources].map(({ relation }) => relationName(relation)).toSorted();
    const place = relationName(node.relation);
    // Whoever reads it in this run reads what is built now.
    if (built) known.set(place, await this.#ofTable(built));
    const shapes = [...read, place].map((name) => [name, known.get(name) ?? '']);
    return createHash('sha256')
      .update(JSON.stringify([known.get(ENGINE), shapes]))
      .digest('hex')
      .slice(0, 32);
  }

  /** Another table or view stands in its place now, and nobody looked at its columns: they are read when somebody asks. */
  forget({ relation }: Node): void {
    this.#forgotten.set(relationName(relation), relation);
  }

  async #remember(known: Map<string, string>): Promise<void> {
    for (const [place, relation] of this.#forgotten) {
      this.#forgotten.delete(place);
      known.set(place, await this.#ofTable(relation));
    }
  }

  async #ofTable(relation: Relation): Promise<string> {
    const rows = await this.#read('database = {database:String} AND table = {name:String}', { ...relation });
    return rows[0]?.shape ?? '';
  }

  async #readAll(): Promise<Map<string, string>> {
    const { nodes, sources } = this.#project;
    const databases = [...nodes.values(), ...sources.values()].map(({ relation }) => relation.database);
    const rows = await this.#read('database IN {databases:Array(String)}', {
      databases: [...new Set(databases)],
    });
    const engine = await this.#warehouse.value('SELECT version()', z.string(), options);
    return new Map([[ENGINE, engine], ...rows.map(({ place, shape }) => [place, shape] as const)]);
  }

  #read(where: string, params: Record<string, unknown>): Promise<z.infer<typeof shapeRow>[]> {
    return this.#warehouse.rows(
      `SELECT concat(database, '.', table) AS place, toString(cityHash64(arraySort(groupArray((position, name, type, default_expression))))) AS shape
       FROM system.columns WHERE ${where} GROUP BY place`,
      shapeRow,
      { ...options, params },
    );
  }
}

/** No table is called so. */
const ENGINE = '';
