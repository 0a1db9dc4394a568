/**
 * The changes that set a bucket right: what a setting is to become. Only what has our own name in it is replaced; rules and
 * statements of others stay as they are, to the letter.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Mend } from '../../../shared/bucket-check.ts';
import type { S3Config } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { objectArn } from '../../../shared/iam-policy.ts';
import { onlyOpens } from './access-policy.ts';
import { withoutOpenWriting } from './cors-rules.ts';
import { rootOf } from './facts.ts';
import type { SettingValue } from './settings.ts';
import { childrenOf, element, find, leaf, textAt, withChild, type XmlElement } from './xml.ts';

type Changed = NonNullable<SettingValue>;

/** `before`: as it is at the store. Throws `unsupported` where that is nothing that a rule can be put into. */
export function mended(
  mend: Mend,
  before: SettingValue,
  config: Pick<S3Config, 'bucket' | 'region' | 'endpoint'>,
): Changed {
  const root = rootOf(before);
  const xml = (changed: XmlElement): Changed => ({
    ...(before?.format === 'xml' ? before : {}),
    format: 'xml',
    root: changed,
  });
  switch (mend.mend) {
    case 'cors':
      return xml(withCors(root ?? document('CORSConfiguration'), mend));
    case 'abort-uploads':
    case 'expire':
    case 'archive':
      return xml(withLifecycleRule(root ?? document('LifecycleConfiguration'), mend));
    case 'encryption':
      return xml(withEncryption(root ?? document('ServerSideEncryptionConfiguration'), mend));
    case 'versioning':
      return xml(withChild(root ?? document('VersioningConfiguration'), leaf('Status', 'Enabled')));
    case 'public-read':
      return json(withPublicRead(before, mend, config));
    case 'allow-public':
      return xml(withoutBlock(root ?? document('PublicAccessBlockConfiguration'), mend.by));
  }
}

const json = (value: unknown): Changed => ({ format: 'json', value });

function document(name: string): XmlElement {
  return element(name, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"');
}

/** By their own name, rules are ours; a name has at most 255 characters. */
function ruleId(what: string, prefix: string): string {
  const short = prefix.length <= 150 && /^[\x20-\x7e]*$/.test(prefix);
  return `sideline-${what}${prefix === '' ? '' : `-${short ? prefix : hashOf(prefix)}`}`;
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** In the place of the one with its ID, else behind all others. */
function withRule(root: XmlElement, name: string, rule: XmlElement): XmlElement {
  const at = root.children.findIndex((one) => one.name === name && textAt(one, 'ID') === textAt(rule, 'ID'));
  return { ...root, children: at === -1 ? [...root.children, rule] : root.children.with(at, rule) };
}

function withCors(root: XmlElement, mend: Extract<Mend, { mend: 'cors' }>): XmlElement {
  return withRule(mend.instead === true ? withoutOpenWriting(root) : root, 'CORSRule', corsRule(mend));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
function corsRule({ origins, upload }: Extract<Mend, { mend: 'cors' }>): XmlElement {
  const methods = upload ? ['GET', 'HEAD', 'PUT', 'POST'] : ['GET', 'HEAD'];
  return element('CORSRule', '', [
    leaf('ID', 'sideline-cors'),
    ...origins.map((one) => leaf('AllowedOrigin', one)),
    ...methods.map((one) => leaf('AllowedMethod', one)),
    leaf('AllowedHeader', '*'),
    leaf('ExposeHeader', 'ETag'),
    leaf('MaxAgeSeconds', 3000),
  ]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html */
function withLifecycleRule(
  root: XmlElement,
  mend: Extract<Mend, { mend: 'abort-uploads' | 'expire' | 'archive' }>,
): XmlElement {
  const prefix = mend.mend === 'abort-uploads' ? '' : mend.prefix;
  // Amazon takes only one way of writing it in all rules; that with a filter is today's.
  const rules = childrenOf(root, 'Rule');
  const oldStyle = rules.length > 0 && rules.every((rule) => find(rule, 'Filter') === null);
  const where = oldStyle ? leaf('Prefix', prefix) : element('Filter', '', [leaf('Prefix', prefix)]);
  const rule = element('Rule', '', [
    leaf('ID', ruleId(mend.mend, prefix)),
    where,
    leaf('Status', 'Enabled'),
    effect(mend),
  ]);
  return withRule(root, 'Rule', rule);
}

function effect(mend: Extract<Mend, { mend: 'abort-uploads' | 'expire' | 'archive' }>): XmlElement {
  switch (mend.mend) {
    case 'abort-uploads':
      return element('AbortIncompleteMultipartUpload', '', [leaf('DaysAfterInitiation', mend.days)]);
    case 'expire':
      return element('Expiration', '', [leaf('Days', mend.days)]);
    case 'archive':
      return element('Transition', '', [leaf('Days', mend.days), leaf('StorageClass', mend.storageClass)]);
  }
}

function withEncryption(root: XmlElement, { by, keyId }: Extract<Mend, { mend: 'encryption' }>): XmlElement {
  const how = element('ApplyServerSideEncryptionByDefault', '', [
    leaf('SSEAlgorithm', by),
    ...(keyId === null ? [] : [leaf('KMSMasterKeyID', keyId)]),
  ]);
  return withChild(root, withChild(find(root, 'Rule') ?? element('Rule'), how));
}

const flags = {
  acl: ['BlockPublicAcls', 'IgnorePublicAcls'],
  policy: ['BlockPublicPolicy', 'RestrictPublicBuckets'],
} as const;

/** The other part of the block stays as it is. */
function withoutBlock(root: XmlElement, by: 'acl' | 'policy'): XmlElement {
  return flags[by].reduce((block, name) => withChild(block, leaf(name, 'false')), root);
}

const policySchema = z.looseObject({ Statement: z.union([z.array(z.unknown()), z.looseObject({})]).optional() });
const named = z.looseObject({ Sid: z.string() });

function publicRead(prefix: string, config: Pick<S3Config, 'bucket' | 'region' | 'endpoint'>) {
  return {
    Sid: `SidelinePublicRead${hashOf(prefix)}`, // letters and digits only
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject'],
    Resource: [objectArn(config, `${prefix}*`)],
  };
}

function withPublicRead(
  before: SettingValue,
  { prefix, instead }: Extract<Mend, { mend: 'public-read' }>,
  config: Pick<S3Config, 'bucket' | 'region' | 'endpoint'>,
): unknown {
  const statement = publicRead(prefix, config);
  const isLeft = (one: unknown) => instead !== true || sidOf(one) === statement.Sid || !onlyOpens(one, config.bucket);
  return withStatement(before, statement, isLeft);
}

const sidOf = (statement: unknown) => named.safeParse(statement).data?.Sid;

function withStatement(
  before: SettingValue,
  statement: ReturnType<typeof publicRead>,
  isLeft: (one: unknown) => boolean,
): unknown {
  if (before === null) return { Version: '2012-10-17', Statement: [statement] };
  const parsed = policySchema.safeParse(before.format === 'json' ? before.value : null);
  if (!parsed.success) throw new SidelineError('unsupported', { subject: 'a policy that is none' });
  const { Statement = [], ...rest } = parsed.data;
  const all = (Array.isArray(Statement) ? Statement : [Statement]).filter(isLeft);
  const at = all.findIndex((one) => sidOf(one) === statement.Sid);
  return { ...rest, Statement: at === -1 ? [...all, statement] : all.with(at, statement) };
}

/** As it was before versions were kept: what was kept once can only be suspended, never turned off. */
export function withoutVersions(before: SettingValue): Changed {
  const root = rootOf(before) ?? document('VersioningConfiguration');
  return { format: 'xml', root: find(root, 'Status') === null ? withChild(root, leaf('Status', 'Suspended')) : root };
}

/** The parts of a setting that a mend leaves alone, each as one text: they must all be there afterwards too. */
export function partsOf(value: SettingValue): unknown[] {
  if (value === null) return [];
  if (value.format === 'xml') return value.root.children;
  const parsed = policySchema.safeParse(value.value).data?.Statement ?? [];
  return Array.isArray(parsed) ? parsed : [parsed];
}
