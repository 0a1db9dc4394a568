/** The settings of a bucket, each read and written by itself, as the very text that the store has. */
import { createHash } from 'node:crypto';
import { settingNames, type SettingName } from '../../../shared/bucket-check.ts';
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import { bucketCheck as words } from '../../../shared/strings/bucket-check.ts';
import { remedies } from '../../engine/upload/retry.ts';
import { rawRequest } from '../../storage/raw-request.ts';
import { errorFromNetwork, errorFromResponse, type S3Answer } from '../../storage/s3-errors.ts';
import type { Bucket } from '../bucket.ts';
import { prettyXml, readXml, textAt, writeXml, type XmlElement } from './xml.ts';

/** null: nothing is set. Of the policy JSON, of all others XML. */
export type SettingValue =
  | {
      format: 'xml';
      root: XmlElement;
      /** What belongs to it and is not in the document: it goes back with it, or it would be another one then. */
      headers?: Readonly<Record<string, string>>;
    }
  | { format: 'json'; value: unknown }
  | null;

export type Setting =
  { outcome: 'read'; value: SettingValue } | { outcome: 'denied' | 'unsupported' | 'failed'; message: string };

export type Settings = Record<SettingName, Setting>;

interface Kind {
  /** the sub-resource */
  query: string;
  /** of its document; that of the policy is JSON. Stores that do not know the sub-resource answer with a listing. */
  root: string | null;
  /** what says that nothing is set. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
  absent: readonly string[];
  /** headers that belong to the document */
  headers?: readonly string[];
}

const kinds: Record<SettingName, Kind> = {
  cors: { query: 'cors', root: 'CORSConfiguration', absent: ['NoSuchCORSConfiguration'] },
  'public-access': {
    query: 'publicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    absent: ['NoSuchPublicAccessBlockConfiguration'],
  },
  policy: { query: 'policy', root: null, absent: ['NoSuchBucketPolicy'] },
  acl: { query: 'acl', root: 'AccessControlPolicy', absent: [] },
  ownership: { query: 'ownershipControls', root: 'OwnershipControls', absent: ['OwnershipControlsNotFoundError'] },
  encryption: {
    query: 'encryption',
    root: 'ServerSideEncryptionConfiguration',
    absent: ['ServerSideEncryptionConfigurationNotFoundError'],
  },
  versioning: { query: 'versioning', root: 'VersioningConfiguration', absent: [] },
  lifecycle: {
    query: 'lifecycle',
    root: 'LifecycleConfiguration',
    absent: ['NoSuchLifecycleConfiguration'],
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html: left out, it becomes today's default.
    headers: ['x-amz-transition-default-minimum-object-size'],
  },
  'object-lock': {
    query: 'object-lock',
    root: 'ObjectLockConfiguration',
    absent: ['ObjectLockConfigurationNotFoundError', 'NoSuchObjectLockConfiguration'],
  },
};

/** What a store says that does not have it. */
const unsupportedCodes = /^(NotImplemented|MethodNotAllowed|UnsupportedOperation|XNotImplemented|NotSupported)$/;

/** ms without anything moving */
const timeout = 30_000;

/** All of them side by side; `told` of each as it comes. Rejects with what concerns all: no network, wrong keys, no such bucket. */
export async function readSettings(
  bucket: Bucket,
  signal: AbortSignal,
  told: (name: SettingName, setting: Setting) => void,
): Promise<Settings> {
  const all = await Promise.all(
    settingNames.map(async (name) => {
      const setting = await readSetting(bucket, name, signal);
      told(name, setting);
      return [name, setting];
    }),
  );
  return Object.fromEntries(all) as Settings;
}

export async function readSetting(bucket: Bucket, name: SettingName, signal: AbortSignal): Promise<Setting> {
  const refused = bucket.refusal({ right: 'read-settings', key: '', operation: 'connect' });
  if (refused !== null) return { outcome: 'denied', message: refused.message };
  const { root, absent } = kinds[name];
  const answer = await ask(bucket, { right: 'read-settings', name, method: 'GET', body: null }, signal);
  const code = codeOf(answer);
  if (answer.status === 404 && absent.includes(code)) return { outcome: 'read', value: null };
  if (answer.status >= 300) return refusalOf(bucket, answer, code);
  return root === null ? policyOf(answer.body) : documentOf(answer, root, kinds[name].headers ?? []);
}

/**
 * Puts one in the place of what is there; null takes it away. Throws `read-only`, `denied`, `unsupported`, and `rejected` with
 * what the store says where it does not like it. Whether it has taken it, only reading says.
 */
export async function writeSetting(
  bucket: Bucket,
  { name, value, isBlocked }: NewSetting,
  signal: AbortSignal,
): Promise<void> {
  const headers = value?.format === 'xml' ? value.headers : undefined;
  const body = value === null ? null : Buffer.from(sourceOf(value));
  const method = body === null ? 'DELETE' : 'PUT';
  const answer = await ask(bucket, { right: 'write-settings', name, method, body, headers, isBlocked }, signal);
  if (answer.status < 300) return;
  if (isByBlock(answer, isBlocked))
    throw new SidelineError('rejected', { operation: 'connect', subject: words.blocked });
  if (isUnsupported(answer.status, codeOf(answer)))
    throw new SidelineError('unsupported', { subject: words.settings[name] });
  throw errorOf(bucket, answer);
}

export interface NewSetting {
  name: SettingName;
  value: SettingValue;
  /** The public access block is known to refuse it: a 403 says nothing of what is allowed then. */
  isBlocked: boolean;
}

/** That of the whole account cannot be read, but Amazon names it. */
function isByBlock({ status, body }: S3Answer, isKnown: boolean): boolean {
  return status === 403 && (isKnown || /block ?public ?(policy|access)/i.test(body));
}

/** As it is sent. */
export function sourceOf(value: NonNullable<SettingValue>): string {
  return value.format === 'json' ? JSON.stringify(value.value) : writeXml(value.root);
}

/** Laid out for people; '' where nothing is set. */
export function textOf(value: SettingValue): string {
  if (value === null) return '';
  if (value.format === 'json') return JSON.stringify(value.value, null, 2);
  const around = Object.entries(value.headers ?? {}).map(([name, text]) => `<!-- ${name}: ${text} -->`);
  return [...around, prettyXml(value.root)].join('\n');
}

interface Asked {
  right: 'read-settings' | 'write-settings';
  name: SettingName;
  method: 'GET' | 'PUT' | 'DELETE';
  body: Buffer | null;
  headers?: Readonly<Record<string, string>> | undefined;
  isBlocked?: boolean;
}

/**
 * What can pass is asked again; any other refusal is an answer here, not an error: that one setting is denied says nothing of the
 * others. Content-MD5: stores insist on it for some of these, Amazon takes it for all.
 */
async function ask(bucket: Bucket, asked: Asked, signal: AbortSignal): Promise<S3Answer> {
  const { right, name: setting } = asked;
  const need = { right, setting, key: '', operation: 'connect', learns: false } as const;
  const answer = await bucket.attempt(need, () => request(bucket, asked, signal), signal);
  const error = answer.status < 300 ? null : errorOf(bucket, answer);
  if (error === null) bucket.learn({ right, setting, allowed: [''], denied: [] });
  else if (error.kind === 'denied' && !isByBlock(answer, asked.isBlocked === true))
    bucket.learn({ right, setting, allowed: [], denied: [{ key: '', message: error.message }] });
  return answer;
}

async function request(
  bucket: Bucket,
  { name, method, body, headers = {} }: Asked,
  signal: AbortSignal,
): Promise<S3Answer> {
  const { storage } = bucket;
  const agents = { for: (url: URL) => storage.wayTo(url).agent };
  const all = { ...headers, ...(body === null ? {} : headersOf(body)) };
  let answer: S3Answer;
  try {
    const signed = await storage.sign({ method, key: '', query: { [kinds[name].query]: '' }, headers: all });
    answer = await rawRequest(signed, { method, agents, signal, timeout, ...(body === null ? {} : { body }) });
  } catch (error) {
    throw errorFromNetwork(error, contextOf(bucket));
  }
  if (answer.status < 300) return answer;
  storage.learnClock(answer.headers.date);
  const error = errorOf(bucket, answer);
  if (isForAll(error) && !kindsAbsent.has(codeOf(answer))) throw error;
  return answer;
}

const kindsAbsent = new Set(Object.values(kinds).flatMap(({ absent }) => absent));

/** Nothing can be read as long as it is so, or it passes. */
function isForAll({ kind }: SidelineError): boolean {
  return remedies[kind] !== 'fail';
}

function headersOf(body: Buffer): Record<string, string> {
  return {
    'content-length': String(body.length),
    'content-md5': createHash('md5').update(body).digest('base64'),
    'content-type': body.toString('latin1', 0, 1) === '<' ? 'application/xml' : 'application/json',
  };
}

function contextOf({ storage, name }: Bucket) {
  return { operation: 'connect', bucket: name, host: storage.host } as const;
}

function errorOf(bucket: Bucket, answer: S3Answer): SidelineError {
  return errorFromResponse(answer, contextOf(bucket));
}

function codeOf({ status, body }: S3Answer): string {
  return status < 300 ? '' : (/<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? '');
}

function isUnsupported(status: number, code: string): boolean {
  return status === 501 || status === 405 || unsupportedCodes.test(code);
}

function refusalOf(bucket: Bucket, answer: S3Answer, code: string): Setting {
  if (isUnsupported(answer.status, code)) return unsupported;
  const error = errorOf(bucket, answer);
  return { outcome: error.kind === 'denied' ? 'denied' : 'failed', message: error.message };
}

const unsupported: Setting = { outcome: 'unsupported', message: words.unsupported };

function policyOf(body: string): Setting {
  if (body.trim() === '') return { outcome: 'read', value: null };
  try {
    return { outcome: 'read', value: { format: 'json', value: JSON.parse(body) as unknown } };
  } catch {
    return unsupported; // a listing, or a page of somebody on the way
  }
}

function documentOf({ body, headers }: S3Answer, wanted: string, kept: readonly string[]): Setting {
  let root: XmlElement;
  try {
    root = readXml(body);
  } catch (error) {
    return { outcome: 'failed', message: asSidelineError(error).message };
  }
  if (root.name === 'ListBucketResult' || root.name === 'Error') return unsupported;
  const isIt = root.name === wanted || (wanted === 'PublicAccessBlockConfiguration' && isBlock(root));
  if (!isIt) return unsupported;
  if (root.children.length === 0) return { outcome: 'read', value: null };
  const around = kept.flatMap((name) => {
    const text = headers[name];
    return typeof text === 'string' ? [[name, text] as const] : [];
  });
  const value: SettingValue = { format: 'xml', root: { ...root, name: wanted } };
  return { outcome: 'read', value: around.length === 0 ? value : { ...value, headers: Object.fromEntries(around) } };
}

/** Ceph before 19 gives it another name. https://github.com/ceph/ceph/pull/55652 */
function isBlock(root: XmlElement): boolean {
  return textAt(root, 'BlockPublicAcls') !== null;
}
