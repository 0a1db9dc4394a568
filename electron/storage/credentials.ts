/** The credentials of a connection: those stored, or those of the AWS SDK's own chain, renewed before they expire. */
import type { S3Connection, Credentials } from '../../shared/domain.ts';
import { asSidelineError, SidelineError } from '../../shared/errors.ts';
import { credentialError } from './s3-errors.ts';
import { secretName, type SecretStore } from './secrets.ts';

export interface CredentialSource {
  /** Throws `credentials-missing` or `credentials-expired`. */
  get(): Promise<Credentials>;
  /** When those that `get` gives expire: ms since 1970. Left out: they do not. */
  until?(): Promise<number>;
  /** What is known is no longer good: the next `get` asks anew. */
  refresh(): void;
}

/** ms */
const renewBefore = 5 * 60_000;

interface Found {
  credentials: Credentials;
  /** ms since 1970; Infinity: they do not expire */
  until: number;
}

export function credentialSource(connection: S3Connection, secrets: Pick<SecretStore, 'get'>): CredentialSource {
  const { credentials: from } = connection.config;
  const ask = from.from === 'stored' ? () => stored(connection, secrets) : () => fromChain(from.profile);
  let found: Promise<Found> | null = null;

  async function current(): Promise<Found> {
    const known = found;
    if (known !== null && (await isStale(known)) && found === known) found = null;
    const asked = (found ??= ask());
    try {
      return await asked;
    } catch (error) {
      if (found === asked) found = null;
      throw error;
    }
  }

  return {
    get: async () => (await current()).credentials,
    until: async () => (await current()).until,
    refresh() {
      found = null;
    },
  };
}

async function isStale(found: Promise<Found>): Promise<boolean> {
  return await found.then(
    ({ until }) => until - Date.now() < renewBefore,
    () => false, // whoever waits for it is told
  );
}

async function stored(connection: S3Connection, secrets: Pick<SecretStore, 'get'>): Promise<Found> {
  const credentials = await secrets.get(secretName(connection.id));
  if (credentials === null) {
    throw new SidelineError('credentials-missing', { subject: `none are stored for "${connection.name}"` });
  }
  return { credentials, until: Infinity };
}

/** Environment, profiles, SSO, processes, container and instance roles, in the SDK's order. */
async function fromChain(profile: string | null): Promise<Found> {
  const first = profile === null ? fromEnvironment(process.env) : null;
  if (first !== null) return first;
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  try {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await fromNodeProviderChain(
      profile === null ? {} : { profile },
    )();
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    return { credentials, until: expiration?.getTime() ?? Infinity };
  } catch (error) {
    throw error instanceof Error ? credentialError(error) : asSidelineError(error);
  }
}

/**
 * What the SDK's chain itself looks at first, unless a profile is chosen: to load the chain takes as long as to send a hundred
 * photos. Those that expire are left to it. null: none are there.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 */
function fromEnvironment(env: Record<string, string | undefined>): Found | null {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  const isOthers = isSet(env.AWS_PROFILE) || isSet(env.AWS_CREDENTIAL_EXPIRATION);
  if (isOthers || !isSet(accessKeyId) || !isSet(secretAccessKey)) return null;
  return {
    credentials: { accessKeyId, secretAccessKey, ...(isSet(token) && { sessionToken: token }) },
    until: Infinity,
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
