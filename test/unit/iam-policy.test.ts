/** The least that a key must be allowed, as far as no store is needed: what the engine calls is proved in admin-policies.test.ts. */
import { describe, expect, it } from 'vitest';
import { destinationRulesSchema, type DestinationRules } from '../../shared/destination.ts';
import {
  accessPolicy,
  asBucketPolicy,
  keyPatterns,
  principalSchema,
  type PolicyRole,
} from '../../shared/iam-policy.ts';
import { presets } from '../../shared/presets/index.ts';

const place = { bucket: 'club', region: 'eu-central-1', endpoint: null };
const rules = (more: object): DestinationRules => destinationRulesSchema.parse({ name: 'x', ...more });
const actions = (role: PolicyRole, of: DestinationRules) =>
  new Set(accessPolicy(role, of, place).Statement.flatMap(({ Action }) => Action));

describe('where the keys of a destination lie', () => {
  const image = { width: 100 };
  it.each<[object, string[]]>([
    [{}, ['*']],
    [{ prefix: '/events/', keyTemplate: '{relative_path}' }, ['events/*']],
    [{ keyTemplate: 'media/{user_id}-{uuid}.{ext}', fields: { user_id: '7' } }, ['media/*']],
    [{ keyTemplate: 'users/{user_id}/a/{name}', fields: { user_id: '7' } }, ['users/7/a/*']],
    [{ keyTemplate: 'users/{user_id}/a/{name}' }, ['users/*/a/*']],
    [{ keyTemplate: 'events/{event_id}/media/{yyyy}/{MM}/{dd}/{name}' }, ['events/*/media/*/*/*/*']],
    [{ keyTemplate: 'a/{relative_dir}/b/{name}' }, ['a/*']],
    [{ keyTemplate: 'fixed.jpg' }, ['*']],
    [{ prefix: 'odd*?$', keyTemplate: '{name}' }, ['odd${*}${?}${$}/*']],
    [
      {
        keyTemplate: 'a/{name}',
        originalPrefix: 'raw',
        derived: [{ name: 't', keyTemplate: 'thumbs/{slug}.webp', image }],
        videoStill: { keyTemplate: 'stills/{slug}.jpg', image },
      },
      ['a/*', 'thumbs/*', 'stills/*', 'raw/a/*'],
    ],
  ])('%j', (given, patterns) => {
    expect(keyPatterns(rules(given))).toEqual(patterns);
  });
});

describe('a policy', () => {
  it('asks for what a destination does, and no more', () => {
    expect(actions('upload', rules({}))).not.toContain('s3:PutObjectAcl');
    expect(actions('upload', rules({ acl: 'public-read' }))).toContain('s3:PutObjectAcl');
    for (const action of actions('read', rules({}))) expect(action).toMatch(/^s3:(Get|List)/);
    expect(actions('admin', rules({}))).toContain('s3:DeleteObjectVersion');
    const written = accessPolicy('upload', rules({ prefix: 'a' }), place).Statement.filter(({ Action }) =>
      Action.some((one) => /Put|Delete/.test(one)),
    );
    expect(written.flatMap(({ Resource }) => Resource).toSorted()).toEqual([
      'arn:aws:s3:::club/.sideline-probe-*',
      'arn:aws:s3:::club/a/*',
    ]);
  });

  it.each([
    [{ by: 'AES256' }, []],
    [{ by: 'aws:kms', keyId: null }, []],
    [{ by: 'aws:kms', keyId: 'arn:aws:kms:eu-central-1:1:key/2' }, ['arn:aws:kms:eu-central-1:1:key/2']],
    [{ by: 'aws:kms', keyId: '1234-abcd' }, ['arn:aws:kms:eu-central-1:*:key/1234-abcd']],
    [{ by: 'aws:kms', keyId: 'alias/club' }, ['arn:aws:kms:eu-central-1:*:key/*']],
    [{ by: 'aws:kms', keyId: 'arn:aws:kms:eu-central-1:1:alias/club' }, ['arn:aws:kms:eu-central-1:*:key/*']],
  ])('names the key of %j', (sse, keys) => {
    const key = accessPolicy('upload', rules({ sse }), place).Statement.find(({ Sid }) => Sid === 'SidelineKey');
    expect(key?.Resource ?? []).toEqual(keys);
    if (keys.length === 0) return;
    expect(key?.Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    const alias = JSON.stringify(sse).includes('alias/');
    expect(key?.Condition).toEqual(
      alias ? { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/club'] } } : undefined,
    );
  });

  it.each([
    [{ ...place, region: 'cn-north-1' }, 'aws-cn'],
    [{ ...place, region: 'us-gov-west-1' }, 'aws-us-gov'],
    [{ ...place, region: 'eusc-de-east-1' }, 'aws-eusc'],
    [{ ...place, region: 'us-isob-east-1' }, 'aws-iso-b'],
    [{ ...place, region: 'us-east-1' }, 'aws'],
    [{ ...place, region: 'cn-north-1', endpoint: 'https://minio.lan' }, 'aws'],
  ])('of %j is in its cloud', (where, partition) => {
    for (const { Resource } of accessPolicy('admin', rules({}), where).Statement)
      for (const arn of Resource) expect(arn.startsWith(`arn:${partition}:s3:::club`)).toBe(true);
  });

  it('is a policy for every destination of every preset, within what IAM takes', () => {
    for (const preset of presets) {
      const answers = Object.fromEntries(
        preset.asks.map(({ name, example, required }) => [name, required ? example : '']),
      );
      for (const one of preset.destinations(answers)) {
        for (const role of ['upload', 'read', 'admin'] as const) {
          const policy = accessPolicy(role, one, place);
          expect(JSON.stringify(policy).replaceAll(/\s/g, '').length).toBeLessThan(6144); // of a managed policy
          for (const { Sid } of policy.Statement) expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
        }
      }
    }
  });

  it('becomes one of the bucket, without the key service', () => {
    const sse = { by: 'aws:kms', keyId: '1' };
    const policy = asBucketPolicy(accessPolicy('upload', rules({ sse }), place), 'arn:aws:iam:::user/anna');
    expect(policy.Statement.map(({ Sid }) => Sid)).not.toContain('SidelineKey');
    for (const { Principal } of policy.Statement) expect(Principal).toEqual({ AWS: ['arn:aws:iam:::user/anna'] });
  });

  it('shows readers the folders on the way to theirs, one level at a time', () => {
    const folders = (of: DestinationRules) =>
      accessPolicy('read', of, place).Statement.find(({ Sid }) => Sid === 'SidelineFolders');
    expect(folders(rules({ prefix: 'club', keyTemplate: '{relative_path}' }))).toBeUndefined();
    expect(folders(rules({ prefix: 'odd*', keyTemplate: '{name}' }))).toBeUndefined();
    expect(folders(rules({ keyTemplate: 'events/{event_id}/media/{yyyy}/{name}' }))).toMatchObject({
      Action: ['s3:ListBucket'],
      Condition: { StringLike: { 's3:prefix': ['events/', 'events/*/'] }, StringEquals: { 's3:delimiter': ['/'] } },
    });
  });

  it.each([
    ['arn:aws:iam:::user/anna', true],
    ['arn:aws:iam::club:user/anna', true],
    ['arn:aws:iam::123456789012:role/coaches', true],
    ['123456789012', true],
    ['*', false],
    ['arn:aws:iam::*:root', false],
    ['arn:aws:iam:::user/*', false],
    ['anna', false],
    ['', false],
  ])('of the bucket may be for %j: %j', (principal, isGood) => {
    expect(principalSchema.safeParse(principal).success).toBe(isGood);
  });
});
