/** Which kind of connection one is. Apart from domain.ts, so that the window can ask without zod. */
import type { BrokerConnection, Connection, ConnectionConfig, S3Config, S3Connection } from './domain.ts';
import { SidelineError } from './errors.ts';
import { refusals } from './strings/refusals.ts';

export function isS3Config(config: ConnectionConfig): config is S3Config {
  return !('kind' in config);
}

export function isS3<One extends Connection>(connection: One): connection is One & S3Connection {
  return isS3Config(connection.config);
}

export function isBroker<One extends Connection>(connection: One): connection is One & BrokerConnection {
  return !isS3Config(connection.config);
}

/** Throws `invalid-input`: what is wanted needs the storage itself, and a backend stands before it. */
export function asS3(connection: Connection): S3Connection {
  if (isS3(connection)) return connection;
  throw new SidelineError('invalid-input', { subject: refusals.onlyS3(connection.name) });
}

/** As `asS3`. */
export function asBroker(connection: Connection): BrokerConnection {
  if (isBroker(connection)) return connection;
  throw new SidelineError('invalid-input', { subject: refusals.onlyBroker(connection.name) });
}

/** For a list: the bucket, or the backend's host. */
export function placeName(config: ConnectionConfig): string {
  return isS3Config(config) ? config.bucket : new URL(config.settings.baseUrl).host;
}

/** Where it is spoken to, without a bucket: an address, or a region of Amazon S3. */
export function whereIs(config: ConnectionConfig): string {
  return isS3Config(config) ? (config.endpoint ?? config.region) : config.settings.baseUrl;
}
