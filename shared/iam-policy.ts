/**
 * The least that a person's key must be allowed for one destination, as an IAM policy. Made from what the app does there:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html says which action each request needs.
 */
import type { DestinationRules } from './destination.ts';
import type { S3Config } from './domain.ts';
import { SidelineError } from './errors.ts';
import {
  keyDate,
  normalPrefix,
  parseKeyTemplate,
  placeholdersOf,
  renderKey,
  type KeyTemplate,
} from './key-template/index.ts';

/** `upload`: sends and goes on with what broke off; `read`: looks and downloads; `admin`: all that the app can do there */
export const policyRoles = ['upload', 'read', 'admin'] as const;
export type PolicyRole = (typeof policyRoles)[number];

type Place = Pick<S3Config, 'bucket' | 'region' | 'endpoint'>;

export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

export interface AccessPolicy {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

/** What the connection test writes and removes, whatever the destination: see `probeKey` of storage/capabilities.ts. */
const probes = '.sideline-probe-*';

const uploads = ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

/** GetObject is for HEAD: to see what arrived, and what is there. Tags come from the batch's event, session and person too. */
const sends = ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging', ...uploads];

const reads = [
  ...['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
  ...['s3:GetObjectAcl', 's3:GetObjectVersionAcl'],
];

const looksAfter = [
  ...['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectAcl', 's3:RestoreObject'],
  ...['s3:DeleteObjectTagging', 's3:PutObjectVersionTagging', 's3:PutObjectVersionAcl'],
];

const settings = [
  ...['s3:GetBucketAcl', 's3:GetBucketCORS', 's3:GetBucketLocation', 's3:GetBucketObjectLockConfiguration'],
  ...['s3:GetBucketOwnershipControls', 's3:GetBucketPolicy', 's3:GetBucketPublicAccessBlock', 's3:GetBucketVersioning'],
  ...['s3:GetEncryptionConfiguration', 's3:GetLifecycleConfiguration'],
  ...['s3:PutBucketCORS', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketVersioning'],
  ...['s3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration'],
];

export function accessPolicy(role: PolicyRole, rules: DestinationRules, place: Place): AccessPolicy {
  const keys = keyPatterns(rules);
  return { Version: '2012-10-17', Statement: [...statements[role](rules, place, keys), ...kmsFor(role, rules, place)] };
}

/** Ceph before 17 refuses the whole policy for one of these names, and does not have what they allow either. */
const laterNames = new Set([
  's3:GetBucketOwnershipControls',
  's3:GetEncryptionConfiguration',
  's3:PutEncryptionConfiguration',
]);

/** For stores without IAM: the same as a policy of the bucket, for one user. `principal`: arn:aws:iam:::user/anna */
export function asBucketPolicy({ Version, Statement }: AccessPolicy, principal: string) {
  const own = Statement.filter(({ Action }) => Action.every((action) => action.startsWith('s3:')));
  return {
    Version,
    Statement: own.map(({ Action, ...rest }) => ({
      ...rest,
      Action: Action.filter((action) => !laterNames.has(action)),
      Principal: { AWS: [principal] },
    })),
  };
}

type Statements = (rules: DestinationRules, place: Place, keys: readonly string[]) => PolicyStatement[];

const statements: Record<PolicyRole, Statements> = {
  upload(rules, place, keys) {
    const acl = rules.acl === null ? [] : ['s3:PutObjectAcl'];
    // IfExists: without the right to list, a store answers 403 and not 404 to a HEAD of what is not there, which names no prefix.
    // So a listing that names none is allowed too: a condition cannot tell them apart.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    const within = { StringLikeIfExists: { 's3:prefix': [...keys, probes] } };
    return [
      allow('SidelineObjects', [...sends, ...acl], objects(place, keys)),
      probing(place),
      allow('SidelineList', ['s3:ListBucket', 's3:ListBucketMultipartUploads'], [bucketArn(place)], within),
      allow('SidelineBucket', ['s3:GetBucketVersioning'], [bucketArn(place)]),
    ];
  },
  read(_rules, place, keys) {
    const within = { StringLike: { 's3:prefix': [...keys] } };
    return [
      allow('SidelineObjects', reads, objects(place, keys)),
      allow('SidelineList', ['s3:ListBucket', 's3:ListBucketVersions'], [bucketArn(place)], within),
    ];
  },
  admin(_rules, place, keys) {
    const lists = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'];
    return [
      allow('SidelineObjects', [...new Set([...sends, ...reads, ...looksAfter])], objects(place, keys)),
      probing(place),
      // Uploads that were left lie anywhere.
      allow('SidelineCleanUp', uploads, [objectArn(place, '*')]),
      allow('SidelineBucket', [...lists, ...settings], [bucketArn(place)]),
    ];
  },
};

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: string[],
  Condition?: PolicyStatement['Condition'],
): PolicyStatement {
  return { Sid, Effect: 'Allow', Action: [...Action], Resource, ...(Condition === undefined ? {} : { Condition }) };
}

function probing(place: Place): PolicyStatement {
  const removes = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObjectTagging'];
  return allow('SidelineProbe', [...sends, ...removes], [objectArn(place, probes)]);
}

function objects(place: Place, keys: readonly string[]): string[] {
  return keys.map((pattern) => objectArn(place, pattern));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: multipart uploads decrypt, too. */
function kmsFor(role: PolicyRole, { sse }: DestinationRules, place: Place): PolicyStatement[] {
  if (sse?.by !== 'aws:kms' || sse.keyId === null) return []; // the account's own key for S3 lets the account use it
  const actions = role === 'read' ? ['kms:Decrypt'] : ['kms:Decrypt', 'kms:GenerateDataKey'];
  const alias = /^(?:arn:.*:)?(alias\/.+)$/.exec(sse.keyId)?.[1];
  if (alias !== undefined) {
    const condition = { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [alias] } };
    return [allow('SidelineKey', actions, [`arn:${partitionOf(place)}:kms:${place.region}:*:key/*`], condition)];
  }
  const key = sse.keyId.startsWith('arn:')
    ? sse.keyId
    : `arn:${partitionOf(place)}:kms:${place.region}:*:key/${sse.keyId}`;
  return [allow('SidelineKey', actions, [key])];
}

/** Amazon's separate clouds. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const partitions: readonly (readonly [regions: RegExp, name: string])[] = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^eusc-/, 'aws-eusc'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
];

/** Other stores call theirs as Amazon's first one. */
function partitionOf({ endpoint, region }: Place): string {
  const known = endpoint === null ? partitions.find(([regions]) => regions.test(region)) : undefined;
  return known?.[1] ?? 'aws';
}

export function bucketArn(place: Place): string {
  return `arn:${partitionOf(place)}:s3:::${place.bucket}`;
}

/** `pattern`: of keys, in which `*` stands for any text */
export function objectArn(place: Place, pattern: string): string {
  return `${bucketArn(place)}/${pattern}`;
}

/**
 * Where the objects of a destination lie, all that is made of a file included: `*` for whatever differs between files. The name
 * at the end is open, for a key that is taken gets another one.
 */
export function keyPatterns(rules: DestinationRules): string[] {
  const { prefix, keyTemplate, derived, videoStill, originalPrefix } = rules;
  const places = [
    { prefix, template: keyTemplate },
    ...derived.map((one) => ({ prefix, template: one.keyTemplate })),
    ...(videoStill === null ? [] : [{ prefix, template: videoStill.keyTemplate }]),
    ...(originalPrefix === null ? [] : [{ prefix: originalPrefix, template: keyTemplate }]),
  ];
  const all = places.map((one) => escaped(normalPrefix(one.prefix)) + folderPattern(one.template, rules.fields));
  return [...new Set(all)];
}

function folderPattern(text: string, fields: DestinationRules['fields']): string {
  let pattern = '';
  for (const part of parseKeyTemplate(text).parts) {
    if ('literal' in part) pattern += escaped(part.literal);
    // Without folders their slash goes too: from here on anything can be.
    else if (part.placeholder === 'relative_dir' || part.placeholder === 'relative_path')
      return `${folderOf(pattern)}*`;
    else pattern += fixedValue(part, fields) ?? '*';
  }
  return `${folderOf(pattern)}*`.replaceAll(/\*{2,}/g, '*');
}

const folderOf = (pattern: string) => pattern.slice(0, pattern.lastIndexOf('/') + 1);

const date = keyDate(0, 'utc');
const measures = { width: null, height: null };
const anyFile = { relativePath: 'x', date, taken: date, counter: 1, ids: { uuid: 'x', hex8: 'x' }, measures };

/** Of a field that the destination itself has a value for; null: it differs. */
function fixedValue(part: KeyTemplate['parts'][number], fields: DestinationRules['fields']): string | null {
  const alone = { text: '', parts: [part] };
  if (placeholdersOf(alone).some(({ from }) => from !== 'field')) return null;
  try {
    return escaped(renderKey(alone, { ...anyFile, fields }));
  } catch (error) {
    if (error instanceof SidelineError) return null;
    throw error;
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars */
function escaped(text: string): string {
  return text.normalize('NFC').replaceAll(/[*?$]/g, (sign) => `\${${sign}}`);
}
