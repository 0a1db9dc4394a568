/** Tries a connection, and tells apart what can be wrong with it. */
import os from 'node:os';
import type { Capabilities, S3Connection } from '../../shared/domain.ts';
import { asSidelineError, SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { addressOf, endpointOf } from './address.ts';
import type { Agents } from './agents.ts';
import { bucketLocations, isLocationRefused } from './bucket-location.ts';
import { probeCapabilities, probeReading } from './capabilities.ts';
import type { CredentialSource } from './credentials.ts';
import { rawRequest } from './raw-request.ts';
import { errorFromNetwork, errorFromResponse, type S3Answer } from './s3-errors.ts';
import { openStorage, type Storage } from './storage.ts';

export type Outcome =
  | 'no-network'
  | 'wrong-host'
  | 'tls'
  | 'proxy'
  | 'proxy-login'
  | 'wrong-key'
  | 'wrong-secret'
  | 'credentials'
  | 'denied'
  | 'no-such-bucket'
  | 'wrong-region'
  | 'clock-wrong'
  | 'other';

export type ConnectionOutcome =
  /** latency: ms of one small request */
  | { ok: true; capabilities: Capabilities; latency: number }
  | { ok: false; outcome: Outcome; message: string; offer: { create: true } | { region: string } | null };

export interface CheckDeps {
  agents: Agents;
  credentials: CredentialSource;
  /** Whether this computer has any network but itself; by default its interfaces are asked. */
  hasNetwork?: () => boolean;
}

/** ms */
const timeout = 10_000;

const outcomes: Partial<Record<ErrorKind, Outcome>> = {
  offline: 'no-network',
  'host-unknown': 'wrong-host',
  'host-unreachable': 'wrong-host',
  'connection-lost': 'wrong-host',
  stalled: 'wrong-host',
  tls: 'tls',
  proxy: 'proxy',
  'proxy-login': 'proxy-login',
  'proxy-scheme': 'proxy',
  'key-refused': 'wrong-key',
  'secret-refused': 'wrong-secret',
  'credentials-missing': 'credentials',
  'credentials-expired': 'credentials',
  denied: 'denied',
  'bucket-missing': 'no-such-bucket',
  'wrong-region': 'wrong-region',
  'clock-wrong': 'clock-wrong',
};

/** Never throws for what is wrong with the connection; only when the signal aborts. */
export async function checkConnection(
  connection: S3Connection,
  deps: CheckDeps,
  signal: AbortSignal,
): Promise<ConnectionOutcome> {
  const storage = openStorage({ connection, credentials: deps.credentials, agents: deps.agents });
  try {
    const started = performance.now();
    const listing = await ask(connection, storage, deps, signal);
    const latency = performance.now() - started;
    const { readOnly = false } = connection.config;
    if (listing !== null && (readOnly || listing.kind !== 'denied')) return refused(listing, connection);
    if (readOnly) return { ok: true, capabilities: await probeReading(storage, deps.agents, signal), latency };
    // A key that may not list may still upload: the probe, which opens a multipart upload, has the last word.
    const capabilities = await probeCapabilities(storage, { prefix: '', agents: deps.agents, signal });
    return { ok: true, capabilities, latency };
  } catch (error) {
    signal.throwIfAborted();
    return refused(withNetworkJudged(asSidelineError(error), connection, deps), connection);
  } finally {
    storage.close();
  }
}

/** Creates the bucket of a connection, in its region. Throws a SidelineError. */
export async function createBucket(connection: S3Connection, deps: CheckDeps, signal: AbortSignal): Promise<void> {
  const storage = openStorage({ connection, credentials: deps.credentials, agents: deps.agents });
  const [first = null, ...others] = bucketLocations(connection.config);
  try {
    await createAt(storage, first, signal).catch(async (error: unknown) => {
      const [second] = others;
      if (second === undefined || !isLocationRefused(error)) throw error;
      await createAt(storage, second, signal);
    });
  } finally {
    storage.close();
  }
}

/** `location` null: none is named. */
async function createAt(storage: Storage, location: string | null, signal: AbortSignal): Promise<void> {
  const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const command = new CreateBucketCommand({ Bucket: storage.connection.config.bucket });
  // The SDK itself names the region that it signs with, to every store, where none is named: this comes behind it.
  const CreateBucketConfiguration = location === null ? undefined : { LocationConstraint: location as never };
  command.middlewareStack.add(
    (next) => (call) => next({ ...call, input: { ...call.input, CreateBucketConfiguration } }),
    { step: 'initialize', priority: 'low', name: 'bucketLocation' },
  );
  await storage.call((s3) => s3.send(command, { abortSignal: signal }));
}

/** A listing of one object: its refusal has a body, which a HEAD's has not. null: it was answered as S3 answers. */
async function ask(
  connection: S3Connection,
  storage: Storage,
  deps: CheckDeps,
  signal: AbortSignal,
): Promise<SidelineError | null> {
  const { bucket } = connection.config;
  const { host, origin } = addressOf(connection.config).origin;
  const context = { operation: 'connect', bucket, host } as const;
  const signed = await storage.sign({
    method: 'GET',
    key: '',
    query: { 'list-type': '2', 'max-keys': '1' },
    headers: {},
  });
  let answer: S3Answer;
  try {
    answer = await rawRequest(signed, { method: 'GET', agents: deps.agents, signal, timeout });
  } catch (error) {
    throw errorFromNetwork(error, context);
  }
  if (answer.status === 407) return errorFromResponse(answer, context);
  if (answer.status < 300) return isListing(answer) ? null : notS3(origin);
  if (!answer.body.includes('<Error') && answer.headers['x-amz-request-id'] === undefined) return notS3(origin);
  const refusal = errorFromResponse(answer, context);
  return refusal.kind === 'clock-wrong' ? clockWrong(answer) : refusal;
}

function isListing({ body }: S3Answer): boolean {
  return body.includes('<ListBucketResult');
}

function notS3(origin: string): SidelineError {
  return new SidelineError('host-unreachable', {
    subject: `${origin} as S3 does`,
    cause: new Error('the answer is not S3'),
  });
}

function clockWrong(answer: S3Answer): SidelineError {
  const offset = Date.parse(answer.headers.date ?? '') - Date.now();
  if (Number.isNaN(offset)) return new SidelineError('clock-wrong');
  const minutes = Math.round(Math.abs(offset) / 60_000);
  return new SidelineError('clock-wrong', { subject: `${minutes} minutes (it is ${offset > 0 ? 'slow' : 'fast'})` });
}

/** A name that nobody knows is a wrong name where there is a network, and no network where there is none. */
function withNetworkJudged(error: SidelineError, connection: S3Connection, deps: CheckDeps): SidelineError {
  const unknown = error.kind === 'host-unknown' || isUnanswered(error.cause);
  if (!unknown && error.kind !== 'proxy') return error;
  const online = (deps.hasNetwork ?? hasNetwork)();
  if (!online) return new SidelineError('offline', { operation: 'connect', cause: error });
  if (!unknown) return error;
  return new SidelineError('host-unknown', { subject: endpointOf(connection.config).host, cause: error });
}

/** The resolver has no answer: some say so of every name that they do not know. */
function isUnanswered(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EAI_AGAIN';
}

function hasNetwork(): boolean {
  return Object.values(os.networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));
}

function refused(error: SidelineError, connection: S3Connection): ConnectionOutcome {
  const outcome = outcomes[error.kind] ?? 'other';
  const elsewhere = outcome === 'wrong-region' && error.subject !== '' && error.subject !== connection.config.region;
  const offer = outcome === 'no-such-bucket' ? { create: true as const } : elsewhere ? { region: error.subject } : null;
  return { ok: false, outcome, message: error.message, offer };
}
