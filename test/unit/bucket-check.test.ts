/** The bucket check without a bucket: what is read of settings, what is judged, and what a mend makes of them. */
import { describe, expect, it } from 'vitest';
import { mendSchema, settingOf, type Finding, type Mend, type UploadsLeft } from '../../shared/bucket-check.ts';
import { destinationRulesSchema, type DestinationRules } from '../../shared/destination.ts';
import type { Capabilities, S3Config } from '../../shared/domain.ts';
import { presets } from '../../shared/presets/index.ts';
import { matches, openingTo, readersOf, statementsOf } from '../../electron/admin/bucket-check/access-policy.ts';
import { previewOf } from '../../electron/admin/bucket-check/changes.ts';
import { factsOf, type BucketFacts } from '../../electron/admin/bucket-check/facts.ts';
import { judge } from '../../electron/admin/bucket-check/judge.ts';
import { lineDiff } from '../../electron/admin/bucket-check/line-diff.ts';
import { mended } from '../../electron/admin/bucket-check/mends.ts';
import { textOf, type Setting, type Settings, type SettingValue } from '../../electron/admin/bucket-check/settings.ts';
import { prettyXml, readXml, writeXml } from '../../electron/admin/bucket-check/xml.ts';
import { seededRandom } from '../servers/random.ts';

const amazon: S3Config = {
  ...{ endpoint: null, region: 'eu-central-1', bucket: 'club', pathStyle: false },
  credentials: { from: 'chain', profile: null },
};
const other: S3Config = { ...amazon, endpoint: 'https://s3.example.org' };

const xml = (text: string): SettingValue => ({ format: 'xml', root: readXml(text) });
const json = (value: unknown): SettingValue => ({ format: 'json', value });
const read = (value: SettingValue): Setting => ({ outcome: 'read', value });

const nothingSet: Settings = {
  ...{ cors: read(null), 'public-access': read(null), policy: read(null), acl: read(null), ownership: read(null) },
  ...{ encryption: read(null), versioning: read(null), lifecycle: read(null), 'object-lock': read(null) },
};
const noUploads: UploadsLeft = { count: 0, bytes: 0, bytesKnown: true, more: false, oldest: null, own: 0 };

function facts(settings: Partial<Settings>, around: Partial<BucketFacts> = {}): BucketFacts {
  const known = { config: amazon, capabilities: null, uploads: { known: true, value: noUploads } as const };
  return { ...factsOf({ ...nothingSet, ...settings }, { ...known, ...around }), ...around };
}

const rules = (more: object): DestinationRules =>
  destinationRulesSchema.parse({ name: 'Photos', keyTemplate: 'photos/{name}', ...more });

const now = Date.parse('2026-11-21T12:00:00Z');

function findings(of: BucketFacts, ...destinations: DestinationRules[]): Map<string, Finding> {
  return new Map(judge(of, destinations, now).map((one) => [one.id, one]));
}

const lifecycle = (...all: string[]) =>
  read(xml(`<LifecycleConfiguration>${all.map((one) => `<Rule>${one}</Rule>`).join('')}</LifecycleConfiguration>`));
const publicRead = (key: string, more: object = {}) => ({
  ...{ Sid: 'Open', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::club/${key}` },
  ...more,
});
const policy = (...Statement: object[]) => read(json({ Version: '2012-10-17', Statement }));
const block = (...names: string[]) =>
  read(
    xml(
      `<PublicAccessBlockConfiguration>${names.map((name) => `<${name}>true</${name}>`).join('')}</PublicAccessBlockConfiguration>`,
    ),
  );
const versioned = read(xml('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'));
const enforced = read(
  xml('<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>'),
);
const grant = (permission: string, group: string) =>
  read(
    xml(
      `<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi="x" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/${group}</URI></Grantee><Permission>${permission}</Permission></Grant></AccessControlList></AccessControlPolicy>`,
    ),
  );
const cors = (origin: string, ...methods: string[]) =>
  read(
    xml(
      `<CORSConfiguration><CORSRule><AllowedOrigin>${origin}</AllowedOrigin>${methods.map((one) => `<AllowedMethod>${one}</AllowedMethod>`).join('')}</CORSRule></CORSConfiguration>`,
    ),
  );
const encrypted = (by: string) =>
  read(
    xml(
      `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${by}</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
    ),
  );
const capable = (more: Partial<Capabilities>): Capabilities => ({
  ...{ integrity: 'crc32', listParts: true, listUploads: true, conditionalWrites: true, sse: true },
  ...{ versioning: false, tagging: true, probedAt: 1, ...more },
});

const open = rules({ acl: 'public-read' });
const cdn = rules({ publicUrlBase: 'https://media.example.org' });
const own = rules({ publicUrlBase: 'https://club.s3.eu-central-1.amazonaws.com/' });
const closed = rules({ acl: 'private' });
const plain = rules({});
const kms = { by: 'aws:kms', keyId: null };
const denied: Setting = { outcome: 'denied', message: 'Access was denied.' };

describe('the judge', () => {
  type Case = [string, BucketFacts, DestinationRules[], string, Finding['severity'], Mend | null];
  it.each<Case>([
    ['Amazon', facts({}), [], 'https', 'fine', null],
    [
      'http to another computer',
      facts({}, { config: { ...other, endpoint: 'http://nas.lan:9000' } }),
      [],
      'http',
      'problem',
      null,
    ],
    [
      'http on this one',
      facts({}, { config: { ...other, endpoint: 'http://127.0.0.1:9000' } }),
      [],
      'http-local',
      'fine',
      null,
    ],
    ['ACLs are not taken', facts({ ownership: enforced }), [open], 'acls-refused', 'problem', null],
    ['not even private ones', facts({ ownership: enforced }), [closed], 'acls-refused', 'problem', null],
    [
      'public ACLs are refused',
      facts({ 'public-access': block('BlockPublicAcls') }),
      [open],
      'public-acls-blocked',
      'problem',
      { mend: 'allow-public', by: 'acl' },
    ],
    [
      'public ACLs do nothing',
      facts({ 'public-access': block('IgnorePublicAcls') }),
      [open],
      'public-acls-blocked',
      'problem',
      { mend: 'allow-public', by: 'acl' },
    ],
    ['public ACLs work', facts({}), [open], 'public-fine', 'fine', null],
    [
      'behind a CDN that may sign in',
      facts({}),
      [cdn],
      'not-public-cdn',
      'advice',
      { mend: 'public-read', prefix: 'photos/' },
    ],
    [
      'addresses of the store itself',
      facts({}),
      [own],
      'not-public',
      'problem',
      { mend: 'public-read', prefix: 'photos/' },
    ],
    [
      'the same, and policies are blocked',
      facts({ 'public-access': block('BlockPublicPolicy') }),
      [own],
      'public-policy-blocked',
      'problem',
      { mend: 'allow-public', by: 'policy' },
    ],
    ['a policy that opens it', facts({ policy: policy(publicRead('photos/*')) }), [own], 'public-fine', 'fine', null],
    [
      'a policy that the block undoes',
      facts({ policy: policy(publicRead('*')), 'public-access': block('RestrictPublicBuckets') }),
      [own],
      'public-policy-blocked',
      'problem',
      { mend: 'allow-public', by: 'policy' },
    ],
    [
      'a policy for CloudFront',
      facts({ policy: policy(publicRead('*', { Principal: { Service: 'cloudfront.amazonaws.com' }, Condition: {} })) }),
      [cdn],
      'public-fine',
      'fine',
      null,
    ],
    [
      'a policy with a condition',
      facts({ policy: policy(publicRead('*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })) }),
      [own],
      'public-conditional',
      'advice',
      null,
    ],
    [
      'a policy for another folder',
      facts({ policy: policy(publicRead('videos/*')) }),
      [own],
      'not-public',
      'problem',
      { mend: 'public-read', prefix: 'photos/' },
    ],
    [
      'private, and open by policy',
      facts({ policy: policy(publicRead('*')) }),
      [closed],
      'private-open',
      'problem',
      null,
    ],
    [
      'said nothing, and open in part',
      facts({ policy: policy(publicRead('photos/2026/*')) }),
      [plain],
      'maybe-open',
      'advice',
      null,
    ],
    ['private, and closed', facts({ policy: policy(publicRead('videos/*')) }), [closed], 'private-fine', 'fine', null],
    ['everybody may list', facts({ acl: grant('READ', 'AllUsers') }), [], 'listed-by-all', 'problem', null],
    [
      'everybody may list by the policy',
      facts({ policy: policy(publicRead('', { Action: 's3:List*', Resource: 'arn:aws:s3:::club' })) }),
      [],
      'policy-lists',
      'problem',
      null,
    ],
    [
      'everybody may do all by the policy',
      facts({ policy: policy(publicRead('*', { Action: 's3:*' })) }),
      [],
      'policy-writes',
      'problem',
      null,
    ],
    [
      'private, and open but for another folder',
      facts({ policy: policy(publicRead('', { Resource: undefined, NotResource: 'arn:aws:s3:::club/secret/*' })) }),
      [closed],
      'private-open',
      'problem',
      null,
    ],
    [
      'private, and closed by what a statement leaves out',
      facts({ policy: policy(publicRead('', { Resource: undefined, NotResource: 'arn:aws:s3:::club/photos/*' })) }),
      [closed],
      'private-fine',
      'fine',
      null,
    ],
    ['everybody may write', facts({ acl: grant('WRITE', 'AllUsers') }), [], 'written-by-all', 'problem', null],
    [
      'any account may list',
      facts({ acl: grant('READ', 'AuthenticatedUsers') }),
      [],
      'listed-by-accounts',
      'problem',
      null,
    ],
    [
      'encryption is wanted',
      facts({}, { config: other }),
      [rules({ sse: { by: 'AES256' } })],
      'encryption-missing',
      'advice',
      { mend: 'encryption', by: 'AES256', keyId: null },
    ],
    ['Amazon encrypts anyway', facts({}), [rules({ sse: { by: 'AES256' } })], 'encryption-fine', 'fine', null],
    [
      'another encryption is wanted',
      facts({ encryption: encrypted('AES256') }),
      [rules({ sse: kms })],
      'encryption-other',
      'advice',
      { mend: 'encryption', by: 'aws:kms', keyId: null },
    ],
    [
      'the store cannot encrypt',
      facts({}, { capabilities: capable({ sse: false }) }),
      [rules({ sse: { by: 'AES256' } })],
      'encryption-cannot',
      'problem',
      null,
    ],
    ['nobody asks for encryption', facts({}, { config: other }), [plain], 'encryption-none', 'fine', null],
    ['no versions', facts({}), [plain], 'versioning-off', 'advice', { mend: 'versioning' }],
    [
      'no versions where things are replaced',
      facts({}),
      [rules({ overwrite: 'replace' })],
      'versioning-replace',
      'advice',
      { mend: 'versioning' },
    ],
    [
      'never replacing, without conditions',
      facts({}, { capabilities: capable({ conditionalWrites: false }) }),
      [plain],
      'versioning-race',
      'advice',
      { mend: 'versioning' },
    ],
    ['versions', facts({ versioning: versioned }), [plain], 'versioning-fine', 'fine', null],
    ['uploads stay for ever', facts({}), [], 'abort-missing', 'advice', { mend: 'abort-uploads', days: 7 }],
    [
      'only those of a folder go',
      facts({
        lifecycle: lifecycle(
          '<Prefix>a/</Prefix><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
        ),
      }),
      [],
      'abort-missing',
      'advice',
      { mend: 'abort-uploads', days: 7 },
    ],
    [
      'the rule is switched off',
      facts({
        lifecycle: lifecycle(
          '<Filter></Filter><Status>Disabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
        ),
      }),
      [],
      'abort-missing',
      'advice',
      { mend: 'abort-uploads', days: 7 },
    ],
    [
      'uploads go',
      facts({
        lifecycle: lifecycle(
          '<Filter/><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
        ),
      }),
      [],
      'abort-fine',
      'fine',
      null,
    ],
    [
      'uploads go within a weekend',
      facts({
        lifecycle: lifecycle(
          '<Filter/><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
        ),
      }),
      [],
      'abort-short',
      'advice',
      null,
    ],
    [
      'temporary files stay',
      facts({}),
      [rules({ keyTemplate: 'temp/{yyyy}/{name}' })],
      'expire-missing',
      'advice',
      { mend: 'expire', prefix: 'temp/', days: 7 },
    ],
    [
      'also below a prefix',
      facts({}),
      [rules({ prefix: 'club', keyTemplate: 'temp/{yyyy}/{name}' })],
      'expire-missing',
      'advice',
      { mend: 'expire', prefix: 'club/temp/', days: 7 },
    ],
    [
      'temporary files go',
      facts({
        lifecycle: lifecycle(
          '<Filter><Prefix>temp/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>',
        ),
      }),
      [rules({ keyTemplate: 'temp/{name}' })],
      'expire-fine',
      'fine',
      null,
    ],
    [
      'only some of them, by a tag',
      facts({
        lifecycle: lifecycle(
          '<Filter><And><Prefix>temp/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>',
        ),
      }),
      [rules({ keyTemplate: 'temp/{name}' })],
      'expire-missing',
      'advice',
      { mend: 'expire', prefix: 'temp/', days: 7 },
    ],
    [
      'a rule deletes what was sent',
      facts({
        lifecycle: lifecycle(
          '<ID>all</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><Expiration><Days>30</Days></Expiration>',
        ),
      }),
      [plain],
      'deletes-all',
      'problem',
      null,
    ],
    [
      'a rule deletes a part of it',
      facts({
        lifecycle: lifecycle(
          '<ID>old</ID><Filter><Prefix>photos/2019/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>30</Days></Expiration>',
        ),
      }),
      [plain],
      'deletes-some',
      'advice',
      null,
    ],
    [
      'a rule deletes what has a tag',
      facts({
        lifecycle: lifecycle(
          '<ID>tag</ID><Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter><Status>Enabled</Status><Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration>',
        ),
      }),
      [plain],
      'deletes-some',
      'advice',
      null,
    ],
    [
      'a rule archives what is public',
      facts({
        lifecycle: lifecycle(
          '<Filter/><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>',
        ),
      }),
      [open],
      'archives-public',
      'problem',
      null,
    ],
    [
      'old sessions could cost less',
      facts({}),
      [rules({ keyTemplate: 'sessions/{user_id}/{name}' })],
      'archive-advice',
      'advice',
      { mend: 'archive', prefix: 'sessions/', days: 90, storageClass: 'STANDARD_IA' },
    ],
    [
      'no rule for web pages',
      facts({}),
      [open],
      'cors-missing',
      'advice',
      { mend: 'cors', origins: [], upload: false },
    ],
    ...['*', 'https://*', 'http://*:*'].map<Case>((origin) => [
      `any page may write (${origin})`,
      facts({ cors: cors(origin, 'GET', 'PUT') }),
      [open],
      'cors-any-writes',
      'advice',
      { mend: 'cors', origins: [], upload: true, instead: true },
    ]),
    ['pages of one domain', facts({ cors: cors('https://*.example.org', 'PUT') }), [open], 'cors-fine', 'fine', null],
    ['any page may read', facts({ cors: cors('*', 'GET') }), [open], 'cors-read-all', 'fine', null],
    ['named pages', facts({ cors: cors('https://app.example.org', 'GET', 'PUT') }), [open], 'cors-fine', 'fine', null],
    [
      'uploads were left',
      facts({}, { uploads: { known: true, value: { ...noUploads, count: 3, bytes: 9, oldest: now - 86_400_000 } } }),
      [],
      'uploads-left',
      'advice',
      null,
    ],
    [
      'and are old',
      facts(
        {},
        { uploads: { known: true, value: { ...noUploads, count: 3, bytes: 9, oldest: now - 30 * 86_400_000 } } },
      ),
      [],
      'uploads-left',
      'problem',
      null,
    ],
    [
      'all of them are ours',
      facts({}, { uploads: { known: true, value: { ...noUploads, count: 3, own: 3 } } }),
      [],
      'uploads-fine',
      'fine',
      null,
    ],
    [
      'new objects are locked',
      facts({
        'object-lock': read(
          xml(
            '<ObjectLockConfiguration><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
          ),
        ),
      }),
      [],
      'locked',
      'advice',
      null,
    ],
    ['denied', facts({ policy: denied }), [own], 'unknown-policy', 'unknown', null],
    ['not there', facts({ encryption: { outcome: 'unsupported', message: 'x' } }), [], 'unsupported', 'fine', null],
  ])('%s', (_what, given, destinations, id, severity, mend) => {
    const found = findings(given, ...destinations);
    expect([...found.keys()]).toContain(id);
    expect(found.get(id)).toMatchObject({ severity, mend });
  });

  it('lets temporary files be deleted, whoever else sends to the bucket', () => {
    const rule =
      '<Filter><Prefix>temp/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>7</Days></Expiration>';
    const ids = [...findings(facts({ lifecycle: lifecycle(rule) }), plain, rules({ keyTemplate: '{name}' })).keys()];
    for (const id of ['deletes-all', 'deletes-some']) expect(ids).not.toContain(id);
  });

  it('says nothing against what it does not know', () => {
    const ids = [
      ...findings(
        facts({ policy: denied, acl: denied, cors: denied, versioning: denied, lifecycle: denied }),
        own,
        closed,
      ).keys(),
    ];
    for (const id of ['not-public', 'private-fine', 'cors-missing', 'versioning-off', 'abort-missing'])
      expect(ids).not.toContain(id);
  });

  it('writes whole sentences, and offers only mends that are valid, for every preset', () => {
    for (const preset of presets) {
      const given = Object.fromEntries(
        preset.asks.map(({ name, example, required }) => [name, required ? example : '']),
      );
      for (const one of judge(facts({}), preset.destinations(given), now)) {
        expect(one.title).toMatch(/^\S.*[^.]$/);
        expect(one.text).toMatch(/\.$/);
        if (one.mend !== null && one.mend.mend !== 'cors') expect(mendSchema.parse(one.mend)).toEqual(one.mend);
      }
    }
  });

  it('says once what concerns several destinations', () => {
    const both = [open, rules({ name: 'Videos', acl: 'public-read' })];
    const all = judge(facts({ 'public-access': block('BlockPublicAcls') }), both, now);
    const blocked = all.filter(({ id }) => id === 'public-acls-blocked');
    expect(blocked.map(({ destinations }) => destinations)).toEqual([['Photos', 'Videos']]);
  });

  it('puts problems first', () => {
    const severities = judge(facts({ acl: grant('READ', 'AllUsers') }), [open], now).map(({ severity }) => severity);
    expect(severities[0]).toBe('problem');
    expect(severities.at(-1)).toBe('fine');
  });
});

describe('a policy', () => {
  it.each<[string, string, boolean]>([
    ['*', '', true],
    ['a*c', 'abc', true],
    ['a*c', 'abcd', false],
    ['a?c', 'a/c', true],
    ['photos/*', 'photos/', true],
    ['photos/*.jpg', 'photos/a.png', false],
    ['a.c', 'abc', false],
    [`${'a*'.repeat(2000)}b`, 'a'.repeat(5000), false], // takes no time
  ])('%.20s against %.20s', (pattern, text, matched) => {
    expect(matches(pattern, text)).toBe(matched);
  });

  it.each<[string, object[], string]>([
    ['of the whole bucket', [publicRead('*')], 'everyone'],
    [
      'as a list, in small letters, for AWS *',
      [
        publicRead('x', {
          Principal: { AWS: ['*'] },
          Action: ['S3:getobject*'],
          Resource: ['arn:aws:s3:::club/photos/*'],
        }),
      ],
      'everyone',
    ],
    [
      'for everything but one action',
      [publicRead('*', { Action: undefined, NotAction: 's3:DeleteObject' })],
      'everyone',
    ],
    ['of one kind of file only', [publicRead('photos/*.jpg')], 'nobody'],
    ['of another bucket', [publicRead('x', { Resource: 'arn:aws:s3:::other/*' })], 'nobody'],
    ['for one user', [publicRead('*', { Principal: { AWS: 'arn:aws:iam::1:user/a' } })], 'nobody'],
    ['for listing', [publicRead('*', { Action: 's3:ListBucket' })], 'nobody'],
    ['denied again', [publicRead('*'), publicRead('photos/*', { Effect: 'Deny' })], 'nobody'],
    [
      'denied under a condition',
      [publicRead('*'), publicRead('*', { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      'some',
    ],
    ['that is no statement', [{ Effect: 7 }, publicRead('*')], 'everyone'],
  ])('%s', (_what, statements, readers) => {
    expect(readersOf(statementsOf({ Statement: statements }, 'club'), 'photos/')).toBe(readers);
  });

  it('names what opens a part of a folder', () => {
    const statements = statementsOf(
      { Statement: [publicRead('photos/2026/*.jpg'), publicRead('v*', { Sid: undefined }), publicRead('ph?tos/*')] },
      'club',
    );
    expect(openingTo(statements, 'photos/')).toEqual(['Open', 'Open']);
    expect(openingTo(statements, '')).toEqual(['Open', 'number 2', 'Open']);
    expect(openingTo(statements, 'photo')).toEqual(['Open', 'Open']);
    expect(openingTo(statementsOf({ Statement: publicRead('*') }, 'club'), 'x/')).toEqual(['Open']);
    expect(statementsOf('no policy', 'club')).toEqual([]);
  });
});

it('says nothing of what an access list or a policy opens where the bucket heeds neither', () => {
  const open = grant('FULL_CONTROL', 'AllUsers');
  const all = policy(publicRead('*', { Action: 's3:*', Resource: ['arn:aws:s3:::club', 'arn:aws:s3:::club/*'] }));
  const idsOf = (more: Partial<Settings>) => [...findings(facts({ acl: open, policy: all, ...more })).keys()];
  const opened = ['listed-by-all', 'written-by-all', 'policy-lists', 'policy-writes'];
  expect(idsOf({}).filter((id) => opened.includes(id))).toEqual(opened);
  const blocked = idsOf({ 'public-access': block('IgnorePublicAcls', 'RestrictPublicBuckets') });
  expect(blocked.filter((id) => opened.includes(id))).toEqual([]);
  expect(idsOf({ ownership: enforced }).filter((id) => opened.includes(id))).toEqual(opened.slice(2));
});

describe('a mend', () => {
  const foreign =
    '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ID>theirs</ID><Filter><And><Prefix>a&amp;b &lt;c&gt;</Prefix><Tag><Key>k</Key><Value> v </Value></Tag></And></Filter><Status>Enabled</Status><VendorOnly a="1"><Deep>x</Deep></VendorOnly></Rule></LifecycleConfiguration>';
  const planned = (mend: Mend, before: SettingValue, after: SettingValue, isBlocked = false) => ({
    ...{
      bucket: 'club',
      setting: settingOf[mend.mend],
      mend,
      before,
      after,
      isAmazon: true,
      isBlocked,
      isOverOthers: false,
    },
  });
  const change = (mend: Mend, before: SettingValue, config = amazon) => {
    const after = mended(mend, before, config);
    return { after, preview: previewOf(planned(mend, before, after), []) };
  };
  const removed = (lines: readonly { kind: string; text: string }[]) => lines.filter(({ kind }) => kind === 'removed');

  it('adds a rule behind those of others, which stay to the letter', () => {
    const { after, preview } = change({ mend: 'abort-uploads', days: 7 }, xml(foreign));
    expect(after.format === 'xml' && writeXml(after.root)).toContain(
      foreign.slice(0, foreign.indexOf('</LifecycleConfiguration>')),
    );
    expect(removed(preview.lines)).toEqual([]);
    expect(preview.after).toContain('<DaysAfterInitiation>7</DaysAfterInitiation>');
    const again = change({ mend: 'abort-uploads', days: 5 }, after);
    expect(removed(again.preview.lines).map(({ text }) => text.trim())).toEqual([
      '<DaysAfterInitiation>7</DaysAfterInitiation>',
    ]);
    expect(change({ mend: 'abort-uploads', days: 5 }, again.after).preview.unchanged).toBe(true);
  });

  it('writes where rules apply as the others do', () => {
    const old = xml(
      '<LifecycleConfiguration><Rule><ID>old</ID><Prefix>a/</Prefix><Status>Enabled</Status></Rule></LifecycleConfiguration>',
    );
    expect(change({ mend: 'expire', prefix: 'temp/', days: 7 }, old).preview.after).toMatch(
      /<ID>sideline-expire-temp\/<\/ID>\n {4}<Prefix>temp\//,
    );
    expect(change({ mend: 'expire', prefix: 'temp/', days: 7 }, null).preview.after).toMatch(
      /<Filter>\n {6}<Prefix>temp\//,
    );
  });

  it('keeps statements of others, and replaces its own', () => {
    const theirs = { Sid: 'Theirs', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Odd: [1, null] };
    const before = json({ Version: '2008-10-17', Id: 'x', Statement: theirs });
    const { after } = change({ mend: 'public-read', prefix: 'media/' }, before);
    expect(after).toMatchObject({
      value: {
        Version: '2008-10-17',
        Id: 'x',
        Statement: [theirs, { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::club/media/*'] }],
      },
    });
    const twice = change({ mend: 'public-read', prefix: 'other/' }, after).after;
    expect((twice.format === 'json' && twice.value) as { Statement: unknown[] }).toHaveProperty('Statement.length', 3);
    expect(change({ mend: 'public-read', prefix: 'media/' }, twice).preview.unchanged).toBe(true);
    const china = mended({ mend: 'public-read', prefix: 'a/' }, null, { ...amazon, region: 'cn-north-1' });
    expect(textOf(china)).toContain('arn:aws-cn:s3:::club/a/*');
    expect(() => mended({ mend: 'public-read', prefix: 'a/' }, json([1]), amazon)).toThrow(/cannot do this/);
  });

  it('changes only its part of the other settings', () => {
    const before = block('BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets');
    const value = before.outcome === 'read' ? before.value : null;
    const policyPart = change({ mend: 'allow-public', by: 'policy' }, value).preview;
    expect(removed(policyPart.lines).map(({ text }) => text.trim())).toEqual([
      '<BlockPublicPolicy>true</BlockPublicPolicy>',
      '<RestrictPublicBuckets>true</RestrictPublicBuckets>',
    ]);
    const keyed =
      '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>';
    const kmsMend: Mend = { mend: 'encryption', by: 'aws:kms', keyId: 'alias/club' };
    expect(change(kmsMend, xml(keyed)).preview.after).toContain('<BucketKeyEnabled>true</BucketKeyEnabled>');
    const mfa = xml('<VersioningConfiguration><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>');
    expect(change({ mend: 'versioning' }, mfa).preview.after).toContain('<MfaDelete>Disabled</MfaDelete>');
  });

  it('lets pages of named addresses send in place of those of every address, which may still read', () => {
    // As the guides of two of the systems say it.
    const guides = xml(
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>POST</AllowedMethod><AllowedMethod>PUT</AllowedMethod><MaxAgeSeconds>3000</MaxAgeSeconds><AllowedHeader>*</AllowedHeader></CORSRule><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>DELETE</AllowedMethod></CORSRule><CORSRule><ID>theirs</ID><AllowedOrigin>https://*.example.org</AllowedOrigin><AllowedMethod>PUT</AllowedMethod></CORSRule></CORSConfiguration>',
    );
    const mend: Mend = { mend: 'cors', origins: ['https://app.example.org'], upload: true, instead: true };
    const { after, preview } = change(mend, guides);
    expect(removed(preview.lines).map(({ text }) => text.trim())).toEqual(
      expect.arrayContaining(['POST', 'PUT', 'DELETE'].map((one) => `<AllowedMethod>${one}</AllowedMethod>`)),
    );
    expect(preview.after).toContain('<AllowedOrigin>https://*.example.org</AllowedOrigin>');
    expect(preview.warnings.join(' ')).toContain('can no longer send');
    const left = findings(facts({ cors: read(after) }), open);
    expect(left.get('cors-read-all')?.severity).toBe('fine');
    expect(left.has('cors-any-writes')).toBe(false);
    expect(change(mend, after).preview.unchanged).toBe(true);
    expect(removed(change({ ...mend, instead: false }, guides).preview.lines)).toEqual([]);
  });

  it('lets everybody read one folder in place of the whole bucket', () => {
    const tls = { Sid: 'Tls', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::club/*' };
    // As the guide of one of the systems says it.
    const guide = json({ Version: '2012-10-17', Statement: [publicRead('*', { Sid: 'PublicReadGetObject' }), tls] });
    const found = findings(
      facts({ policy: read(json({ Statement: [publicRead('*')] })) }),
      own,
      rules({ name: 'B', keyTemplate: 'b/{name}', acl: 'private' }),
    );
    const mend = found.get('private-open')?.mend;
    expect(mend).toEqual({ mend: 'public-read', prefix: 'photos/', instead: true });
    if (mend?.mend !== 'public-read') return;
    const { after, preview } = change(mend, guide);
    expect(readersOf(statementsOf(after.format === 'json' ? after.value : null, 'club'), 'b/')).toBe('nobody');
    expect(preview.after).toContain('arn:aws:s3:::club/photos/*');
    expect(preview.after).toContain('"Tls"');
    expect(preview.after).not.toContain('PublicReadGetObject');
    expect(change(mend, after).preview.unchanged).toBe(true);
    const two = json({
      Statement: [publicRead('photos/*', { Resource: ['photos/*', 'b/*'].map((one) => `arn:aws:s3:::club/${one}`) })],
    });
    expect(change({ ...mend, instead: false }, two).preview.unchanged).toBe(true);
    expect(change(mend, two).preview.unchanged).toBe(false);
    const others = rules({ name: 'Videos', keyTemplate: 'videos/{name}', publicUrlBase: 'https://media.example.org' });
    expect(previewOf(planned(mend, guide, after), [own, others]).warnings.join(' ')).toContain('Addresses of "Videos"');
    expect(findings(facts({ policy: read(guide) }), closed).get('private-open')?.mend).toBe(null);
    const sameFolder = rules({ name: 'B', acl: 'private' });
    expect(findings(facts({ policy: read(guide) }), own, sameFolder).get('private-open')?.mend).toBe(null);
  });

  it('sends back with the rules what a header says of them, and shows it', () => {
    const headers = { 'x-amz-transition-default-minimum-object-size': 'varies_by_storage_class' };
    const before: SettingValue = { format: 'xml', root: readXml(foreign), headers };
    const { after, preview } = change({ mend: 'abort-uploads', days: 7 }, before);
    expect(after).toMatchObject({ headers });
    expect(preview.before).toContain('varies_by_storage_class');
    expect(removed(preview.lines)).toEqual([]);
  });

  it('warns of a block that is in its way', () => {
    const mend: Mend = { mend: 'public-read', prefix: 'photos/' };
    const after = mended(mend, null, amazon);
    expect(previewOf(planned(mend, null, after, true), []).warnings.join(' ')).toContain('will say no');
    expect(previewOf(planned(mend, null, after), []).warnings.join(' ')).not.toContain('will say no');
  });

  it('warns of what else it does', () => {
    const warned = (mend: Mend, ...destinations: DestinationRules[]) =>
      previewOf(planned(mend, null, mended(mend, null, amazon)), destinations).warnings.join(' ');
    expect(warned({ mend: 'expire', prefix: 'pho', days: 7 }, plain)).toContain('"Photos"');
    expect(warned({ mend: 'expire', prefix: 'temp/', days: 7 }, plain)).not.toContain('"Photos"');
    expect(warned({ mend: 'expire', prefix: 'temp/', days: 7 }, rules({ keyTemplate: 'temp/{name}' }))).not.toContain(
      '"Photos"',
    );
    expect(warned({ mend: 'expire', prefix: 'temp/', days: 7 }, rules({ keyTemplate: '{name}' }))).toContain(
      '"Photos"',
    ); // its keys can begin anyhow
    expect(warned({ mend: 'public-read', prefix: 'photos/' }, closed)).toContain('"Photos"');
    expect(warned({ mend: 'public-read', prefix: 'photos/' }, cdn)).not.toContain('"Photos"');
    const archive: Mend = { mend: 'archive', prefix: 'a/', days: 30, storageClass: 'DEEP_ARCHIVE' };
    expect(warned(archive)).toContain('cannot be opened before it is restored');
    expect(warned(archive)).not.toContain('Not every storage');
    const elsewhere = { ...planned(archive, null, mended(archive, null, other)), isAmazon: false };
    expect(previewOf(elsewhere, []).warnings.join(' ')).toContain('Not every storage has DEEP_ARCHIVE');
  });

  it.each<[string, object]>([
    ['an origin with a path', { mend: 'cors', origins: ['https://a.example.org/x'], upload: false }],
    ['any origin', { mend: 'cors', origins: ['*'], upload: false }],
    ['no origin', { mend: 'cors', origins: [], upload: false }],
    ['a script as origin', { mend: 'cors', origins: ['javascript:alert(1)'], upload: false }],
    ['the whole bucket', { mend: 'expire', prefix: '', days: 7 }],
    ['a wildcard', { mend: 'public-read', prefix: 'a*' }],
    ['a variable', { mend: 'public-read', prefix: '${aws:username}/' }],
    ['a control character', { mend: 'expire', prefix: 'a\u0007', days: 7 }],
    ['never', { mend: 'abort-uploads', days: 0 }],
    ['an unknown one', { mend: 'everything' }],
  ])('of %s is refused', (_what, mend) => {
    expect(mendSchema.safeParse(mend).success).toBe(false);
  });
});

describe('XML', () => {
  it('comes out as it went in', () => {
    const text =
      '<?xml version="1.0"?>\n<!-- c --><a x="1>2" y=\'&lt;\'>\n <b>&#x41;&amp;\u00e9&#10;</b><c/><d><![CDATA[<&>]]></d>\n</a>\n';
    const root = readXml(text);
    expect(writeXml(root)).toBe('<a x="1>2" y=\'&lt;\'><b>A&amp;é&#10;</b><c></c><d>&lt;&amp;&gt;</d></a>');
    expect(readXml(prettyXml(root)).children).toEqual(root.children);
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<!DOCTYPE x [<!ENTITY y "z">]><a/>',
    '<a></a></a>',
    '<'.repeat(1000),
    '<a>'.repeat(100) + '</a>'.repeat(100),
    '<a b=">',
  ])('that is none is refused: %.30s', (text) => {
    expect(() => readXml(text)).toThrow(/no XML/);
  });
});

describe('the diff', () => {
  it('leads from one text to the other, and keeps the longest part', () => {
    const random = seededRandom('line-diff');
    for (let round = 0; round < 300; round++) {
      const lines = (count: number) =>
        Array.from({ length: random.below(count) }, () => random.pick(['a', 'b', 'c', 'd'])).join('\n');
      const [before, after] = [lines(12), lines(12)];
      const diff = lineDiff(before, after);
      const side = (kind: string) =>
        diff
          .filter((line) => line.kind === 'same' || line.kind === kind)
          .map(({ text }) => text)
          .join('\n');
      expect(side('removed')).toBe(before);
      expect(side('added')).toBe(after);
    }
    expect(lineDiff('a\nb\nc', 'a\nx\nc').map(({ kind }) => kind)).toEqual(['same', 'removed', 'added', 'same']);
  });
});
