import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homePaths } from '../home.ts';

/**
 * What the engine's user may do. One engine has one user for all its connections (see docs/decisions/0001), so these are
 * the pipeline's rights: local files it needs, the network (url, remote, s3, mysql …) it does not.
 */
const GRANTS = [
  'GRANT SHOW, SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE DICTIONARY ON *.*',
  'GRANT DROP DATABASE, DROP TABLE, DROP VIEW, DROP DICTIONARY, TRUNCATE, OPTIMIZE, dictGet ON *.*',
  'GRANT CREATE TEMPORARY TABLE, CREATE ARBITRARY TEMPORARY TABLE, KILL QUERY ON *.*',
  'GRANT SYSTEM MERGES, SYSTEM FLUSH, SYSTEM DROP CACHE, SYSTEM RELOAD DICTIONARY, SYSTEM VIEWS ON *.*',
  'GRANT READ, WRITE ON FILE',
  'GRANT TABLE ENGINE ON *',
];

/**
 * A mutation is a task a part, and a table may have a dozen parts. A task that finds no place in the queue is not looked at again before
 * 0.1 to 1.1 seconds have passed, chosen at random; with the engine's own four places a mutation of one row waited longer than it worked.
 * Threads stay as few as they are.
 */
const TASKS_PER_BACKGROUND_THREAD = 16;

const CONFIG_XML = (users: string): string => `<clickhouse>
  <users_config>${escapeXml(users)}</users_config>
  <background_merges_mutations_concurrency_ratio>${TASKS_PER_BACKGROUND_THREAD}</background_merges_mutations_concurrency_ratio>
</clickhouse>
`;

const USERS_XML = `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password/>
      <networks><ip>127.0.0.1</ip><ip>::1</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
${GRANTS.map((grant) => `        <query>${grant}</query>`).join('\n')}
      </grants>
    </default>
  </users>
</clickhouse>
`;

/** Writes the embedded engine's configuration into the home; returns the path to give to `--config-file`. */
export async function writeEngineConfig(home: string): Promise<string> {
  const directory = homePaths(home).engineConfig;
  await mkdir(directory, { recursive: true });
  const config = join(directory, 'config.xml');
  const users = join(directory, 'users.xml');
  await writeFile(users, USERS_XML);
  await writeFile(config, CONFIG_XML(users));
  return config;
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
