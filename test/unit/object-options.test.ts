import { describe, expect, it } from 'vitest';
import { batchDetailsSchema, destinationRulesSchema } from '../../shared/destination.ts';
import { asciiOf, headersOf, optionsOf, plainOptions, uploadInputOf } from '../../electron/storage/object-options.ts';

const photo = { type: 'image/jpeg', name: 'Finale für Zoë.jpg' };

function options(rules: object, details: object = {}) {
  return optionsOf(
    destinationRulesSchema.parse({ name: 'Photos', ...rules }),
    batchDetailsSchema.parse(details),
    photo,
  );
}

/** RFC 2047's B words, as S3 and mail programs read them. */
function decoded(text: string): string {
  const words = text.replace(/\?=\s+=\?/g, '?==?');
  return words.replace(/=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=/g, (_, word: string) =>
    Buffer.from(word, 'base64').toString('utf8'),
  );
}

describe('the options of an object', () => {
  it('are its type alone where nothing else is wanted', () => {
    expect(headersOf(plainOptions('video/mp4'))).toEqual({ 'content-type': 'video/mp4' });
    expect(uploadInputOf(plainOptions('video/mp4'))).toEqual({ ContentType: 'video/mp4' });
    expect(headersOf(options({}))).toEqual({ 'content-type': 'image/jpeg' });
  });

  it('are written as headers and as the input of a multipart upload, the same in both', () => {
    const all = options({
      cacheControl: 'max-age=86400',
      contentDisposition: 'inline',
      acl: 'public-read',
      metadata: { league: 'north' },
      tags: { season: '2026' },
      sse: { by: 'aws:kms', keyId: 'arn:aws:kms:eu-central-1:1:key/2' },
      storageClass: 'STANDARD_IA',
    });
    expect(headersOf(all)).toEqual({
      'content-type': 'image/jpeg',
      'cache-control': 'max-age=86400',
      'content-disposition': 'inline',
      'x-amz-acl': 'public-read',
      'x-amz-meta-league': 'north',
      'x-amz-tagging': 'season=2026',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-central-1:1:key/2',
      'x-amz-storage-class': 'STANDARD_IA',
    });
    expect(uploadInputOf(all)).toEqual({
      ContentType: 'image/jpeg',
      CacheControl: 'max-age=86400',
      ContentDisposition: 'inline',
      ACL: 'public-read',
      Metadata: { league: 'north' },
      Tagging: 'season=2026',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:aws:kms:eu-central-1:1:key/2',
      StorageClass: 'STANDARD_IA',
    });
  });

  it('name a download after the file, for old programs too', () => {
    expect(options({ contentDisposition: 'attachment' }).contentDisposition).toBe(
      `attachment; filename="Finale f_r Zo_.jpg"; filename*=UTF-8''Finale%20f%C3%BCr%20Zo%C3%AB.jpg`,
    );
  });

  it('cannot be broken out of by a name', () => {
    const rules = destinationRulesSchema.parse({ name: 'x', contentDisposition: 'attachment' });
    const evil = optionsOf(rules, batchDetailsSchema.parse({}), { type: 'a/b', name: 'a"; x=\r\nSet-Cookie: b\\.jpg' });
    expect(evil.contentDisposition).not.toMatch(/[\r\n]/);
    expect(evil.contentDisposition?.split('"')).toHaveLength(3);
  });

  it('say what a person said of the batch, and a rule of the same name wins', () => {
    const details = {
      title: 'Finale der Mädchen',
      tags: ['final', 'u19'],
      event: 'cup 2026',
      person: 'Zoë #7',
      description: ' ',
    };
    const { metadata, tags } = options({ metadata: { event: 'fixed' } }, details);
    expect(metadata).toEqual({
      title: 'Finale der Mädchen',
      tags: 'final,u19',
      event: 'fixed',
      person: 'Zoë #7',
    });
    expect(tags).toEqual({ event: 'cup 2026', person: 'Zoë -7' });
  });
});

describe('a value of metadata', () => {
  it('stays as it is in ASCII, on one line', () => {
    expect(asciiOf('two\r\n lines ')).toBe('two lines');
  });

  it('is written in encoded words otherwise, none over 75 characters, no character cut', () => {
    const text = 'Großes Finale 決勝戦 👩‍👩‍👧 '.repeat(8).trim();
    const words = asciiOf(text).split(' ');
    expect(words.length).toBeGreaterThan(2);
    for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
    for (const word of words) expect(decoded(word)).not.toContain('\ufffd');
    expect(decoded(asciiOf(text))).toBe(text);
  });
});
