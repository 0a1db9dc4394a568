/**
 * The least that a person's key must be allowed for one destination, as an IAM policy. Made from what the app does there:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html says which action each request needs.
 */
import { z } from 'zod';
import type { DestinationRules } from './destination.ts';
import type { S3Config } from './domain.ts';
import { fixedPart, keyPlaces } from './key-template/fixed-parts.ts';
import { normalPrefix, parseKeyTemplate } from './key-template/index.ts';

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
  ...['s3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration', 's3:DeleteBucketPolicy'],
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

/**
 * One user, role or account; never everybody. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html;
 * of Ceph `arn:aws:iam::TENANT:user/NAME`: https://docs.ceph.com/en/latest/radosgw/bucketpolicy/
 */
export const principalSchema = z
  .string()
  .trim()
  .max(2048)
  .regex(
    /^(arn:[a-z0-9-]+:(iam|sts):[^:*?\s]*:[^:*?\s]*:[^*?\s]+|\d{12})$/,
    'a user is written like arn:aws:iam:::user/anna',
  );

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

/** For people and consoles, as JSON. `principal` null: for IAM; else for the bucket, see `principalSchema`. */
export function policyText(role: PolicyRole, rules: DestinationRules, place: Place, principal: string | null): string {
  const policy = accessPolicy(role, rules, place);
  return JSON.stringify(principal === null ? policy : asBucketPolicy(policy, principal), null, 2);
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
      ...waysDown(keys, place),
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

/**
 * Where folders of any name lie on the way to the objects, who browses must see their names: one level at a time, so that nothing
 * below is listed with them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/walkthrough1.html
 */
function waysDown(keys: readonly string[], place: Place): PolicyStatement[] {
  const firstOpen = (pattern: string) => pattern.search(/(?<!\$\{)\*/); // an escaped one is a sign like others
  const open = keys.filter((pattern) => firstOpen(pattern) < pattern.length - 1);
  const tops = [...new Set(open.map((pattern) => folderOf(pattern.slice(0, firstOpen(pattern)))))];
  if (tops.length === 0) return [];
  const levels = tops.flatMap((top) => [top, `${top}*/`]);
  const condition = { StringLike: { 's3:prefix': levels }, StringEquals: { 's3:delimiter': ['/'] } };
  return [allow('SidelineFolders', ['s3:ListBucket'], [bucketArn(place)], condition)];
}

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
  const all = keyPlaces(rules).map(
    (one) => escaped(normalPrefix(one.prefix)) + folderPattern(one.keyTemplate, rules.fields),
  );
  return [...new Set(all)];
}

function folderPattern(text: string, fields: DestinationRules['fields']): string {
  let pattern = '';
  for (const part of parseKeyTemplate(text).parts) {
    const isFolders = 'placeholder' in part && /^relative_(dir|path)$/.test(part.placeholder);
    if (isFolders) return `${folderOf(pattern)}*`; // where there are none their slash goes too: from here on anything can be
    const fixed = fixedPart(part, fields);
    pattern += fixed === null ? '*' : escaped(fixed);
  }
  return `${folderOf(pattern)}*`.replaceAll(/\*{2,}/g, '*');
}

const folderOf = (pattern: string) => pattern.slice(0, pattern.lastIndexOf('/') + 1);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars */
function escaped(text: string): string {
  return text.normalize('NFC').replaceAll(/[*?$]/g, (sign) => `\${${sign}}`);
}
