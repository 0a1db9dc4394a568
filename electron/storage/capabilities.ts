/**
 * What a store can do, found out by trying. A multipart upload is opened and aborted again, and one object of a few bytes is
 * written and deleted: nothing stays. What is denied counts as "cannot", what the network prevents is thrown.
 */
import { createHash } from 'node:crypto';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { Capabilities, IntegrityMode } from '../../shared/domain.ts';
import { SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { inTurn } from '../in-turn.ts';
import type { Agents } from './agents.ts';
import { plainOptions } from './object-options.ts';
import { rawRequest } from './raw-request.ts';
import { errorFromNetwork, errorFromResponse, type S3Answer } from './s3-errors.ts';
import { crc32ToBase64, type Storage } from './storage.ts';

/** What a store says when it does not want something; anything else is a failure of the probe. */
const refusals = new Set<ErrorKind>([
  'denied',
  'rejected',
  'server-error',
  'object-missing',
  'integrity',
  'upload-gone',
]);

const bytes = Buffer.from('sideline');
/** ms */
const timeout = 30_000;
const cleanUpWithin = 5000;
const busyPause = 500;
/** What a store that is only busy answers now is not stored as what it can do. */
const busyTries = 3;

interface Probe {
  storage: Storage;
  agents: Agents;
  key: string;
  bucket: string;
  signal: AbortSignal;
}

/** Throws a SidelineError when the store cannot be asked at all: no network, refused credentials, no such bucket. */
export async function probeCapabilities(
  storage: Storage,
  options: { prefix: string; agents: Agents; signal: AbortSignal },
): Promise<Capabilities> {
  const { bucket } = storage.connection.config;
  const probe: Probe = {
    storage,
    agents: options.agents,
    key: probeKey(options.prefix),
    bucket,
    signal: options.signal,
  };
  // One after another under the same key: each throws away what it finds there.
  return await inTurn(`probe ${storage.host}/${bucket}/${probe.key}`, probe.signal, async () => {
    try {
      return await probeAll(probe);
    } finally {
      if (probe.signal.aborted) await abortLeftOver(cleaning(probe)).catch(() => undefined); // the next probe does it then
    }
  });
}

async function probeAll(probe: Probe): Promise<Capabilities> {
  const multipart = await probeMultipart(probe);
  return {
    ...multipart,
    listUploads: await can(probe, () => abortLeftOver(probe)),
    sse: await can(probe, () => askForEncryption(probe)),
    versioning: await isVersioned(probe),
    ...(await probeObject(probe)),
    probedAt: Date.now(),
  };
}

/** The same where nothing may be written: what cannot be found out so counts as "cannot", and nothing is sent that needs it. */
export async function probeReading(storage: Storage, agents: Agents, signal: AbortSignal): Promise<Capabilities> {
  const { bucket } = storage.connection.config;
  return {
    ...{
      integrity: 'none',
      listParts: false,
      listUploads: false,
      conditionalWrites: false,
      sse: false,
      tagging: false,
    },
    versioning: await isVersioned({ storage, agents, key: probeKey(''), bucket, signal }),
    probedAt: Date.now(),
  };
}

/** The same on every try of this computer: a probe that was cut short leaves only what the next one cleans up. */
function probeKey(prefix: string): string {
  return `${prefix}.sideline-probe-${createHash('sha256').update(os.hostname()).digest('hex').slice(0, 16)}`;
}

async function abortLeftOver(probe: Probe): Promise<void> {
  for (const { uploadId } of await probe.storage.listUploads(probe.key, probe.signal))
    await abortProbe(probe, uploadId);
}

/** A probe that is given up still clears away what it made, and soon. */
function cleaning(probe: Probe): Probe {
  return probe.signal.aborted ? { ...probe, signal: AbortSignal.timeout(cleanUpWithin) } : probe;
}

async function probeMultipart(probe: Probe): Promise<Pick<Capabilities, 'integrity' | 'listParts'>> {
  const { storage, key, signal } = probe;
  const uploadId = await storage.createUpload(key, { options: plainOptions('text/plain'), crc32: false }, signal);
  try {
    const integrity = await probeIntegrity(probe, uploadId);
    const listParts = await can(probe, async () => {
      const parts = await storage.listParts(key, uploadId, signal);
      if (parts.length === 0) throw new SidelineError('rejected', { subject: 'the part that was sent is not listed' });
    });
    return { integrity, listParts };
  } finally {
    if (!signal.aborted) await abortProbe(probe, uploadId);
  }
}

/** An ETag is preferred to Content-MD5: that MD5 need not be known before the first byte is sent. */
async function probeIntegrity(probe: Probe, uploadId: string): Promise<IntegrityMode> {
  const query = { partNumber: '1', uploadId };
  const md5 = createHash('md5').update(bytes).digest();
  const right = { 'x-amz-checksum-crc32': crc32ToBase64(crc32(bytes)) };
  const wrong = { 'x-amz-checksum-crc32': crc32ToBase64(crc32(bytes) ^ 1) };
  const accepted = await putProbe(probe, query, right);
  const wrongChecksum = await putProbe(probe, query, wrong);
  if (isOk(accepted) && isRefused(wrongChecksum)) return 'crc32';
  const plain = await putProbe(probe, query, {});
  if (plain.headers.etag?.replaceAll('"', '') === md5.toString('hex')) return 'etag-md5';
  const wrongMd5 = await putProbe(probe, query, { 'content-md5': Buffer.from(md5).fill(0).toString('base64') });
  return isOk(plain) && isRefused(wrongMd5) ? 'content-md5' : 'none';
}

const isOk = ({ status }: S3Answer) => status >= 200 && status < 300;
const isRefused = ({ status }: S3Answer) => status >= 400 && status < 500;

async function putProbe(
  probe: Probe,
  query: Record<string, string>,
  headers: Record<string, string>,
): Promise<S3Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await putOnce(probe, query, headers);
    if (answer.status < 500 || answer.status === 501 || tries === busyTries) return answer;
    await sleep(busyPause, undefined, { signal: probe.signal });
  }
}

async function putOnce(
  probe: Probe,
  query: Record<string, string>,
  headers: Record<string, string>,
): Promise<S3Answer> {
  const { storage, key, agents, signal, bucket } = probe;
  const context = { operation: 'connect', bucket, key, host: storage.host } as const;
  let answer: S3Answer;
  try {
    const sized = { 'content-length': String(bytes.length), ...headers };
    const signed = await storage.sign({ method: 'PUT', key, query, headers: sized });
    answer = await rawRequest(signed, { method: 'PUT', agents, signal, timeout, body: bytes });
  } catch (error) {
    throw errorFromNetwork(error, context);
  }
  if (answer.status === 407) throw errorFromResponse(answer, context); // it is not the store's
  return answer;
}

/** A store may take the wish and not heed it (Ceph without a key service does): what it says of the upload counts. */
async function askForEncryption(probe: Probe): Promise<void> {
  const { storage, key, bucket, signal } = probe;
  const { CreateMultipartUploadCommand } = await import('@aws-sdk/client-s3');
  const input = { Bucket: bucket, Key: key, ServerSideEncryption: 'AES256' } as const;
  const { UploadId, ServerSideEncryption } = await storage.call((s3) =>
    s3.send(new CreateMultipartUploadCommand(input), { abortSignal: signal }),
  );
  if (UploadId !== undefined) await abortProbe(probe, UploadId);
  if (ServerSideEncryption !== 'AES256') throw new SidelineError('rejected', { subject: 'nothing is encrypted' });
}

async function isVersioned(probe: Probe): Promise<boolean> {
  const { storage, bucket, signal } = probe;
  const { GetBucketVersioningCommand } = await import('@aws-sdk/client-s3');
  return await can(probe, async () => {
    const command = new GetBucketVersioningCommand({ Bucket: bucket });
    const { Status } = await storage.call((s3) => s3.send(command, { abortSignal: signal }));
    if (Status !== 'Enabled') throw new SidelineError('rejected', { subject: 'not enabled' });
  });
}

/** Needs an object that really exists: conditional writes and tags. */
async function probeObject(probe: Probe): Promise<Pick<Capabilities, 'conditionalWrites' | 'tagging'>> {
  await deleteProbe(probe, undefined); // of a probe that was cut short
  const first = await putProbe(probe, {}, { 'if-none-match': '*' });
  if (!isOk(first)) return { conditionalWrites: false, tagging: false };
  const second = await putProbe(probe, {}, { 'if-none-match': '*' });
  const versions = [first, second].filter(isOk).map(({ headers }) => headers['x-amz-version-id']);
  try {
    return { conditionalWrites: second.status === 412, tagging: await can(probe, () => tagAndRead(probe)) };
  } finally {
    for (const version of versions)
      await deleteProbe(cleaning(probe), typeof version === 'string' ? version : undefined);
  }
}

async function tagAndRead({ storage, bucket, key, signal: abortSignal }: Probe): Promise<void> {
  const { GetObjectTaggingCommand, PutObjectTaggingCommand } = await import('@aws-sdk/client-s3');
  const object = { Bucket: bucket, Key: key };
  const Tagging = { TagSet: [{ Key: 'sideline', Value: 'probe' }] };
  await storage.call((s3) => s3.send(new PutObjectTaggingCommand({ ...object, Tagging }), { abortSignal }));
  const { TagSet } = await storage.call((s3) => s3.send(new GetObjectTaggingCommand(object), { abortSignal }));
  if (TagSet?.[0]?.Value !== 'probe') throw new SidelineError('rejected', { subject: 'the tag is not there' });
}

/** A key that may not abort leaves an empty upload to the bucket's own rules; that is no reason to refuse the connection. */
async function abortProbe({ storage, key, signal }: Probe, uploadId: string): Promise<void> {
  await can({ signal }, () => storage.abortUpload(key, uploadId, signal));
}

/** A key that may write but not delete leaves these few bytes; that is no reason either. */
async function deleteProbe({ storage, bucket, key, signal }: Probe, versionId: string | undefined): Promise<void> {
  const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
  const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
  await can({ signal }, () => storage.call((s3) => s3.send(command, { abortSignal: signal })));
}

/** True when it works, false when the store refuses it. */
async function can({ signal }: Pick<Probe, 'signal'>, work: () => Promise<unknown>): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await work();
      return true;
    } catch (error) {
      const kind = error instanceof SidelineError ? error.kind : null;
      if (kind === null || !refusals.has(kind)) throw error;
      if (kind !== 'server-error' || tries === busyTries) return false;
    }
    await sleep(busyPause, undefined, { signal });
  }
}
