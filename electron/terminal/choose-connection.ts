/** Which connection a command of the terminal means. */
import { isS3 } from '../../shared/connection-kind.ts';
import type { Connection, S3Config } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { Journal } from '../journal/journal.ts';
import { connectionFromEnvironment, type Environment } from './environment.ts';

const sameStore = (a: S3Config, b: S3Config) =>
  JSON.stringify([a.endpoint, a.region, a.bucket, a.pathStyle, a.credentials]) ===
  JSON.stringify([b.endpoint, b.region, b.bucket, b.pathStyle, b.credentials]);

/** The same as `knownConnection`, and in the journal, so that a batch can belong to it. */
export function chooseConnection(journal: Journal, name: string | undefined, env: Environment): Connection {
  const connection = knownConnection(journal.connections(), name, env);
  if (connection.id !== unstored) return connection;
  return journal.addConnection(connection.name, connection.config);
}

const unstored = 0;

/**
 * The connection of that name; without one that of the environment, else the only one there is.
 * Throws `invalid-input` when there is none, or the choice is not clear.
 */
export function knownConnection(all: readonly Connection[], name: string | undefined, env: Environment): Connection {
  if (name !== undefined) return named(all, name);
  const config = connectionFromEnvironment(env);
  if (config !== null) return environmentConnection(all, config);
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return only;
  throw new SidelineError('invalid-input', {
    subject:
      only === undefined
        ? 'There is no connection yet: add one with "sideline connection add", or set SIDELINE_S3_BUCKET and the AWS_* variables.'
        : `Which connection? Give --connection with one of: ${all.map((connection) => connection.name).join(', ')}.`,
  });
}

export function named(all: readonly Connection[], name: string): Connection {
  const found = all.find((connection) => connection.name === name);
  if (found !== undefined) return found;
  const known = all.map((connection) => connection.name).join(', ');
  throw new SidelineError('invalid-input', {
    subject: `--connection: there is none named "${name}"${known === '' ? '' : ` (there are: ${known})`}.`,
  });
}

/** One row for each store that the environment ever named: a batch stays with the store that it was planned for. */
function environmentConnection(all: readonly Connection[], config: S3Config): Connection {
  const earlier = all.filter(isS3).filter((connection) => /^environment(-\d+)?$/.test(connection.name));
  const same = earlier.find((connection) => sameStore(connection.config, config));
  if (same !== undefined) return same;
  const name = earlier.length === 0 ? 'environment' : `environment-${earlier.length + 1}`;
  return { id: unstored, name, config, capabilities: null };
}
