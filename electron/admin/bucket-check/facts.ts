/** What the settings of a bucket say, as plain data: what the judge judges. */
import type { SettingName, UploadsLeft } from '../../../shared/bucket-check.ts';
import type { Capabilities, S3Config } from '../../../shared/domain.ts';
import { statementsOf, type Statement } from './access-policy.ts';
import type { Setting, Settings, SettingValue } from './settings.ts';
import { childrenOf, find, textAt, type XmlElement } from './xml.ts';

export type Fact<T> =
  { known: true; value: T } | { known: false; why: 'denied' | 'unsupported' | 'failed'; message: string };

export interface CorsRule {
  origins: string[];
  methods: string[];
}

export interface PublicAccess {
  blockAcls: boolean;
  ignoreAcls: boolean;
  blockPolicy: boolean;
  restrictBuckets: boolean;
}

export interface Grant {
  to: 'everyone' | 'any-account' | 'one';
  permission: string;
}

export interface LifecycleRule {
  id: string;
  enabled: boolean;
  /** '' : the whole bucket */
  prefix: string;
  /** Tags or sizes narrow it down: it need not concern what lies under the prefix. */
  narrowed: boolean;
  /** days */
  abortAfter: number | null;
  /** days; 0: at a date */
  expireAfter: number | null;
  transitions: { days: number; storageClass: string }[];
}

export interface BucketFacts {
  config: S3Config;
  capabilities: Capabilities | null;
  cors: Fact<CorsRule[]>;
  publicAccess: Fact<PublicAccess>;
  policy: Fact<Statement[]>;
  acl: Fact<Grant[]>;
  /** null: as it was before there were ownership controls: ACLs count */
  ownership: Fact<string | null>;
  encryption: Fact<{ by: string; keyId: string | null } | null>;
  versioning: Fact<'on' | 'suspended' | 'off'>;
  lifecycle: Fact<LifecycleRule[]>;
  /** of new objects; null: none */
  objectLock: Fact<{ mode: string; time: string } | null>;
  uploads: Fact<UploadsLeft>;
}

export function factsOf(
  settings: Settings,
  around: Pick<BucketFacts, 'config' | 'capabilities' | 'uploads'>,
): BucketFacts {
  const fact = <T>(name: SettingName, read: (root: XmlElement | null) => T) => factOf(settings[name], read);
  const { bucket } = around.config;
  return {
    ...around,
    cors: fact('cors', corsOf),
    publicAccess: fact('public-access', publicAccessOf),
    policy: policyFact(settings.policy, bucket),
    acl: fact('acl', grantsOf),
    ownership: fact('ownership', (root) => textAt(root, 'Rule', 'ObjectOwnership')),
    encryption: fact('encryption', encryptionOf),
    versioning: fact('versioning', versioningOf),
    lifecycle: fact('lifecycle', lifecycleOf),
    objectLock: fact('object-lock', lockOf),
  };
}

function factOf<T>(setting: Setting, read: (root: XmlElement | null) => T): Fact<T> {
  if (setting.outcome !== 'read') return { known: false, why: setting.outcome, message: setting.message };
  return { known: true, value: read(rootOf(setting.value)) };
}

function policyFact(setting: Setting, bucket: string): Fact<Statement[]> {
  if (setting.outcome !== 'read') return { known: false, why: setting.outcome, message: setting.message };
  const json = setting.value?.format === 'json' ? setting.value.value : null;
  return { known: true, value: statementsOf(json, bucket) };
}

/** null: nothing is set, or it is no XML */
export function rootOf(value: SettingValue): XmlElement | null {
  return value?.format === 'xml' ? value.root : null;
}

export function corsOf(root: XmlElement | null): CorsRule[] {
  return rules(root, 'CORSRule').map((rule) => ({
    origins: texts(rule, 'AllowedOrigin'),
    methods: texts(rule, 'AllowedMethod').map((method) => method.toUpperCase()),
  }));
}

export function publicAccessOf(root: XmlElement | null): PublicAccess {
  const is = (name: string) => textAt(root, name)?.toLowerCase() === 'true';
  return {
    blockAcls: is('BlockPublicAcls'),
    ignoreAcls: is('IgnorePublicAcls'),
    blockPolicy: is('BlockPublicPolicy'),
    restrictBuckets: is('RestrictPublicBuckets'),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee-predefined-groups */
function grantsOf(root: XmlElement | null): Grant[] {
  return rules(find(root, 'AccessControlList'), 'Grant').map((grant) => {
    const uri = textAt(grant, 'Grantee', 'URI') ?? '';
    const to = uri.endsWith('/AllUsers') ? 'everyone' : uri.endsWith('/AuthenticatedUsers') ? 'any-account' : 'one';
    return { to, permission: textAt(grant, 'Permission') ?? '' };
  });
}

export function encryptionOf(root: XmlElement | null): { by: string; keyId: string | null } | null {
  const rule = find(root, 'Rule', 'ApplyServerSideEncryptionByDefault');
  const by = textAt(rule, 'SSEAlgorithm');
  return by === null ? null : { by, keyId: textAt(rule, 'KMSMasterKeyID') };
}

export function versioningOf(root: XmlElement | null): 'on' | 'suspended' | 'off' {
  const status = textAt(root, 'Status')?.toLowerCase();
  return status === 'enabled' ? 'on' : status === 'suspended' ? 'suspended' : 'off';
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export function lifecycleOf(root: XmlElement | null): LifecycleRule[] {
  return rules(root, 'Rule').map((rule) => {
    const filter = find(rule, 'Filter');
    const and = find(filter, 'And');
    const prefix = textOfKey(rule, 'Prefix') ?? textOfKey(filter, 'Prefix') ?? textOfKey(and, 'Prefix') ?? '';
    const narrowing = [...(filter?.children ?? []), ...(and?.children ?? [])];
    return {
      id: textAt(rule, 'ID') ?? '',
      enabled: textAt(rule, 'Status')?.toLowerCase() === 'enabled',
      prefix,
      narrowed: narrowing.some(({ name }) => name !== 'Prefix' && name !== 'And'),
      abortAfter: numberAt(rule, 'AbortIncompleteMultipartUpload', 'DaysAfterInitiation'),
      expireAfter: textAt(rule, 'Expiration', 'Date') === null ? numberAt(rule, 'Expiration', 'Days') : 0,
      transitions: childrenOf(rule, 'Transition').map((one) => ({
        days: numberAt(one, 'Days') ?? 0,
        storageClass: textAt(one, 'StorageClass') ?? '',
      })),
    };
  });
}

function lockOf(root: XmlElement | null): { mode: string; time: string } | null {
  const retention = find(root, 'Rule', 'DefaultRetention');
  if (retention === null) return null;
  const [days, years] = [textAt(retention, 'Days'), textAt(retention, 'Years')];
  return { mode: textAt(retention, 'Mode') ?? '', time: days === null ? `${years ?? '?'} years` : `${days} days` };
}

function rules(root: XmlElement | null, name: string): XmlElement[] {
  return root === null ? [] : childrenOf(root, name);
}

function texts(rule: XmlElement, name: string): string[] {
  return childrenOf(rule, name).map(({ text }) => text.trim());
}

/** A key's spaces are its own. */
function textOfKey(of: XmlElement | null, name: string): string | null {
  return find(of, name)?.text ?? null;
}

function numberAt(of: XmlElement, ...path: readonly string[]): number | null {
  const text = textAt(of, ...path);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
