import { describe, expect, it } from 'vitest';
import {
  draftOf,
  fieldOfRefusal,
  needsToken,
  startValues,
  valuesOf,
  withProvider,
  type FieldProblems,
  type FormValues,
} from '../../renderer/features/connections/draft.ts';
import { connectionDraftSchema, type S3ConnectionInfo } from '../../shared/ipc.ts';

const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a/secret+key' };
const filled: FormValues = {
  ...startValues('minio'),
  place: { ...startValues('minio').place, address: 'nas:9000' },
  bucket: 'footage',
  ...keys,
};
const saved: S3ConnectionInfo = {
  id: 7,
  name: 'Club',
  config: {
    endpoint: 'http://nas:9000',
    region: 'us-east-1',
    bucket: 'footage',
    pathStyle: true,
    credentials: { from: 'stored' },
  },
  capabilities: null,
  practice: false,
};

function problems(values: FormValues, editing: S3ConnectionInfo | null = null): FieldProblems {
  const made = draftOf(values, editing);
  return 'problems' in made ? made.problems : {};
}

describe('a filled form', () => {
  it.each<[string, FormValues, S3ConnectionInfo | null, object]>([
    ['of a new connection', filled, null, { id: null, name: 'footage', secret: keys }],
    ['with a name', { ...filled, name: ' Club ' }, null, { name: 'Club' }],
    ['with pasted spaces', { ...filled, bucket: ' footage ', accessKeyId: ' AKIAEXAMPLE\n' }, null, { secret: keys }],
    ['of temporary keys', { ...filled, sessionToken: 'token' }, null, { secret: { ...keys, sessionToken: 'token' } }],
    ['that is read-only', { ...filled, readOnly: true }, null, { config: { readOnly: true } }],
    [
      'that is so no more',
      { ...valuesOf({ ...saved, config: { ...saved.config, readOnly: true } }), readOnly: false },
      saved,
      { config: saved.config },
    ],
    ['of a saved one, its keys kept', valuesOf(saved), saved, { id: 7, name: 'Club', secret: null }],
    ['of a saved one with new keys', { ...valuesOf(saved), ...keys }, saved, { id: 7, secret: keys }],
    [
      'with a profile: keys that were typed before stay behind',
      { ...filled, from: 'profile', profile: 'club' },
      null,
      { config: { ...saved.config, credentials: { from: 'chain', profile: 'club' } }, secret: null },
    ],
  ])('%s is a draft that the contract takes', (_, values, editing, expected) => {
    const made = draftOf(values, editing);
    expect(made).toMatchObject({ draft: expected });
    if ('draft' in made) expect(connectionDraftSchema.parse(made.draft)).toEqual(made.draft);
  });

  it('keeps the provider that was chosen, where its address does not tell', () => {
    const place = { ...filled.place, address: 'http://nas:8080' };
    const made = draftOf({ ...filled, providerId: 'ceph', place }, null);
    expect(made).toMatchObject({ draft: { config: { endpoint: 'http://nas:8080', provider: 'ceph' } } });
    if (!('draft' in made)) throw new Error('it is filled');
    const config = connectionDraftSchema.parse(made.draft).config;
    expect(valuesOf({ ...saved, config }).providerId).toBe('ceph');
    expect(draftOf(filled, null)).not.toHaveProperty('draft.config.provider');
  });

  it('of a saved connection is that connection again', () => {
    const chain = { ...saved, config: { ...saved.config, credentials: { from: 'chain' as const, profile: null } } };
    const marked = { ...saved, config: { ...saved.config, readOnly: true } };
    for (const connection of [saved, chain, marked]) {
      expect(draftOf(valuesOf(connection), connection)).toMatchObject({ draft: { config: connection.config } });
    }
  });
});

describe('a form that is not enough', () => {
  it.each<[string, FormValues, S3ConnectionInfo | null, string[]]>([
    [
      'says it of every field at once',
      startValues('minio'),
      null,
      ['address', 'bucket', 'accessKeyId', 'secretAccessKey'],
    ],
    ['of half a key', { ...filled, secretAccessKey: '' }, null, ['secretAccessKey']],
    ['of half a replaced key', { ...valuesOf(saved), accessKeyId: 'AKIA' }, saved, ['secretAccessKey']],
    ['of a key with a space', { ...filled, accessKeyId: 'AKIA EXAMPLE' }, null, ['accessKeyId']],
    ['of temporary keys without token', { ...filled, accessKeyId: 'ASIAEXAMPLE' }, null, ['sessionToken']],
    ['of a bucket name', { ...filled, bucket: 'my footage' }, null, ['bucket']],
    ['of a name without end', { ...filled, name: 'x'.repeat(101) }, null, ['name']],
    [
      'of keys where a profile was used before',
      { ...filled, accessKeyId: '', secretAccessKey: '' },
      { ...saved, config: { ...saved.config, credentials: { from: 'chain', profile: null } } },
      ['accessKeyId', 'secretAccessKey'],
    ],
  ])('%s', (_, values, editing, fields) => {
    expect(Object.keys(problems(values, editing)).sort()).toEqual([...fields].sort());
  });
});

describe('another provider', () => {
  it('keeps the bucket and the keys, and asks anew where it is', () => {
    const moved = withProvider(filled, 'b2');
    expect(moved).toMatchObject({ bucket: 'footage', ...keys, place: { address: '', region: '' } });
    expect(withProvider(filled, 'minio')).toEqual(filled);
  });
});

describe('the session token', () => {
  it.each([
    ['ASIAEXAMPLE', '', true],
    ['AKIAEXAMPLE', '', false],
    ['AKIAEXAMPLE', 'token', true],
  ])('%s %j: %s', (accessKeyId, sessionToken, needed) => {
    expect(needsToken({ ...filled, accessKeyId, sessionToken })).toBe(needed);
  });
});

describe('a refusal of main', () => {
  it.each([
    ['config.bucket: a bucket name has 3 to 63 letters', 'bucket'],
    ['config.endpoint: an endpoint is an address', 'address'],
    ['config.region: a region is a word', 'region'],
    ['name: there is a connection of that name', 'name'],
    ['secret.accessKeyId: too small', 'accessKeyId'],
    ['secret: a key is needed', 'secretAccessKey'],
    ['The journal could not be written: is the disk full?', null],
  ])('%s belongs to %s', (message, field) => {
    const shown = ['bucket', 'address', 'region', 'name', 'accessKeyId', 'secretAccessKey'] as const;
    expect(fieldOfRefusal(message, shown)).toBe(field);
  });

  it('belongs to the form where the field is not shown', () => {
    expect(fieldOfRefusal('config.endpoint: an endpoint is an address', ['bucket'])).toBeNull();
  });
});
