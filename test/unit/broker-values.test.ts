/** What backends are told of files, what their answers prove, and what is too large for them. */
import { describe, expect, it } from 'vitest';
import { valuesFor } from '../../electron/broker/values.ts';
import { largestFileOf } from '../../electron/engine/plan/largest.ts';
import { proofOf } from '../../electron/engine/upload/place-proof.ts';
import { parseBrokerSettings } from '../../shared/broker-settings.ts';
import type { Connection } from '../../shared/domain.ts';

describe('what a backend is told', () => {
  const details = { event: 'cup', session: 's7' };
  const rules = {
    prefix: 'media/cup/',
    fields: { event_id: 'e9', file_type: 'food_image' },
    acl: 'public-read',
  } as const;

  it.each([
    ['fitness', null, { file_type: 'misc' }],
    ['fitness', rules, { file_type: 'food_image' }],
    ['idance', null, { session_id: 's7' }],
    ['upload-module', null, { prefix: '2026/finals' }],
    ['upload-module', rules, { prefix: 'media/cup', public: 'true' }],
    ['plugs', null, { event_id: 'cup' }],
    ['plugs', rules, { event_id: 'e9' }],
  ] as const)('of kind %s, with destination %j', (kind, destination, values) => {
    expect(valuesFor(kind, { details, prefix: '2026/finals/', rules: destination })).toEqual(values);
  });

  it('is nothing where nobody said anything', () => {
    const nothing = { details: { event: '', session: '' }, prefix: '', rules: null };
    expect(valuesFor('plugs', nothing)).toEqual({});
    expect(valuesFor('idance', nothing)).toEqual({});
  });
});

describe('the answer to a file', () => {
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
  const other = '0cc175b9c0f1b6a831c399e269772661';
  const body = { crc32: 5, md5 };
  const answer = (etag: string | null) => ({ etag, versionId: null });

  it('proves it by the MD5, where it has one', () => {
    expect(proofOf(body, answer(md5), {})).toEqual({ etag: md5, versionId: null, crc32: 5, integrity: 'etag-md5' });
    for (const etag of [null, `${md5}-2`, 'weak'])
      expect(proofOf(body, answer(etag), {})).toMatchObject({ etag, integrity: 'none' });
  });

  it('that names another MD5 is refused, but where the storage encrypts by keys and its ETag is none', () => {
    expect(() => proofOf(body, answer(other), {})).toThrow('What arrived is not what was sent');
    expect(() => proofOf(body, answer(other), { 'x-amz-server-side-encryption': 'AES256' })).toThrow();
    for (const headers of [
      { 'x-amz-server-side-encryption': 'aws:kms' },
      { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    ])
      expect(proofOf(body, answer(other), headers)).toMatchObject({ integrity: 'none' });
  });
});

describe('a file is too large', () => {
  const credentials = { from: 'stored' } as const;
  const bucket = { endpoint: null, region: 'us-east-1', bucket: 'media', pathStyle: false, credentials };
  const backend = (settings: object) => ({
    ...{ kind: 'broker' as const },
    settings: parseBrokerSettings({ baseUrl: 'https://app.example.org', ...settings }),
  });
  const journalOf = (...configs: Connection['config'][]) => ({
    connections: () => configs.map((config, id) => ({ id, name: String(id), config, capabilities: null })),
  });

  it.each([
    ['over S3', bucket, 5 * 2 ** 40, '5 TiB'],
    ['over a backend with presigned addresses', backend({ kind: 'fitness' }), 5 * 2 ** 30, '5.37 GB'],
    ['over a backend that takes it itself', backend({ kind: 'plugs' }), 10 * 2 ** 20, '10.5 MB'],
    ['by a limit of its own', backend({ kind: 'idance', largestFile: 1000 }), 1000, '1 kB'],
  ])('%s', (_name, config, largest, words) => {
    const refusal = largestFileOf(journalOf(config), 0);
    expect(refusal(largest)).toBeNull();
    expect(refusal(largest + 1)).toMatchObject({ state: 'failed', reason: { kind: 'too-large' } });
    expect(refusal(largest + 1)?.reason.message).toContain(words);
  });
});
