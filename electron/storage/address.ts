/** Where a connection's bucket answers. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
import { isS3Config } from '../../shared/connection-kind.ts';
import type { ConnectionConfig, S3Config } from '../../shared/domain.ts';
import { encodeKey } from './sigv4.ts';

export interface Address {
  origin: URL;
  /** percent-encoded */
  path: string;
}

/** Of the bucket itself, or of an object in it. */
export function addressOf(config: S3Config, key = ''): Address {
  const endpoint = endpointOf(config);
  if (usesPathStyle(config))
    return { origin: endpoint, path: `/${config.bucket}${key === '' ? '' : `/${encodeKey(key)}`}` };
  const origin = new URL(endpoint);
  origin.hostname = `${config.bucket}.${origin.hostname}`;
  return { origin, path: `/${encodeKey(key)}` };
}

/** What a connection speaks to first: the store, or the backend. */
export function originOf(config: ConnectionConfig): URL {
  return isS3Config(config) ? addressOf(config).origin : new URL(new URL(config.settings.baseUrl).origin);
}

/** Without a bucket in it: what a connection is opened to first. */
export function endpointOf({ endpoint, region }: S3Config): URL {
  if (endpoint !== null) return new URL(endpoint);
  const [, domain] = partitions.find(([regions]) => regions.test(region)) ?? [null, 'amazonaws.com'];
  return new URL(`https://s3.${region}.${domain}`);
}

/** Amazon's separate clouds have domains of their own, as the AWS SDK's table of partitions has them. */
const partitions: readonly [regions: RegExp, domain: string][] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
  [/^us-iso-/, 'c2s.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov'],
  [/^eu-isoe-/, 'cloud.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov'],
];

/** A wildcard certificate covers one label: a bucket with dots needs the path, as does an address in numbers. */
export function usesPathStyle({ pathStyle, bucket, endpoint }: S3Config): boolean {
  const host = endpoint === null ? '' : new URL(endpoint).hostname;
  return pathStyle || bucket.includes('.') || /^[\d.]+$|^\[/.test(host);
}
