import { describe, expect, it } from 'vitest';
import { checkBrokerSettings, parseBrokerSettings } from '../../shared/broker-settings.ts';

const baseUrl = 'https://app.example.org';

describe('the settings of a broker', () => {
  it("are the documents' where nothing else is said", () => {
    expect(parseBrokerSettings({ kind: 'fitness', baseUrl })).toMatchObject({
      paths: { place: '/api/storage/presigned-url', complete: '/api/storage/upload-complete' },
      asks: { fileType: 'file_type', contentType: 'content_type' },
      gives: { url: 'presigned_url', publicUrl: 'public_url' },
      life: 300,
    });
    expect(parseBrokerSettings({ kind: 'idance', baseUrl })).toMatchObject({
      paths: {
        start: '/api/sessions/start',
        video: '/api/s3/upload/video',
        thumbnail: '/api/s3/upload/thumbnail',
        complete: '/api/sessions/complete',
        link: '/api/s3/files/{file_key}/url',
      },
      tells: { endTime: 'endTime', minutes: 'durationMinutes', calories: 'caloriesBurned', videoKey: 'videoFileKey' },
    });
    expect(parseBrokerSettings({ kind: 'upload-module', baseUrl })).toMatchObject({
      gives: { url: 'form_url', fields: 'form_fields', id: 'upload_id' },
      asks: { fileName: 'original_filename', maxSize: 'max_file_size', prefix: 'prefix', listLimit: 'max_keys' },
    });
    expect(parseBrokerSettings({ kind: 'plugs', baseUrl })).toMatchObject({
      paths: { media: '/api/v1/events/{event_id}/media' },
      largestFile: 10_485_760,
    });
  });

  it('are the same when they are read again', () => {
    for (const kind of ['fitness', 'idance', 'upload-module', 'plugs']) {
      const settings = parseBrokerSettings({ kind, baseUrl, signIn: { how: 'password' } });
      expect(parseBrokerSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
    }
  });

  it('take https, and http on this computer alone', () => {
    const problem = (url: unknown) => checkBrokerSettings({ kind: 'fitness', baseUrl: url }).problems?.[0];
    for (const good of [
      baseUrl,
      'http://localhost:8000',
      'http://127.0.0.1',
      'http://127.8.9.1:1',
      'http://[::1]:80/x',
    ])
      expect(problem(good)).toBeUndefined();
    for (const open of [
      'http://app.example.org',
      'http://127.0.0.1.example.org',
      'http://localhost.example.org',
      'http://10.0.0.1',
    ])
      expect(problem(open)?.words).toContain('http:// is for this computer alone');
    for (const bad of ['https://me:secret@app.example.org', `${baseUrl}/?a=b`, `${baseUrl}#x`])
      expect(problem(bad)?.words).toContain('no user name, password');
    for (const none of ['app.example.org', 'ftp://app.example.org', '', 5, null])
      expect(problem(none)).toEqual({ field: 'baseUrl', words: 'An address like https://app.example.org is needed.' });
    expect(parseBrokerSettings({ kind: 'fitness', baseUrl: ' https://APP.example.org/v1// ' }).baseUrl).toBe(
      'https://app.example.org/v1',
    );
  });

  const wrong: [string, object, string, RegExp][] = [
    [
      'a path without its placeholder',
      { kind: 'plugs', paths: { media: '/media' } },
      'paths.media',
      /must contain \{event_id\}/,
    ],
    [
      'a path with another',
      { kind: 'fitness', paths: { place: '/{user}' } },
      'paths.place',
      /There is no \{user\} here/,
    ],
    ['a path that climbs', { kind: 'fitness', paths: { place: '/a/../b' } }, 'paths.place', /no \.\./],
    ['a path without its slash', { kind: 'fitness', paths: { place: 'a' } }, 'paths.place', /begins with \//],
    ['a path with a question', { kind: 'fitness', paths: { place: '/a?b' } }, 'paths.place', /no \?/],
    [
      'another host in a path',
      { kind: 'fitness', paths: { place: 'https://x.example/a' } },
      'paths.place',
      /begins with \//,
    ],
    ['a field that is none', { kind: 'fitness', asks: { fileType: 'a b' } }, 'asks.fileType', /letters, digits/],
    ['a needed field that is left out', { kind: 'fitness', gives: { url: null } }, 'gives.url', /must be a text/],
    ['a header that is none', { kind: 'fitness', headers: { 'A b': 'x' } }, 'headers.A b', /small letters/],
    [
      'a header of two lines',
      { kind: 'fitness', headers: { 'x-a': 'x\r\ny: z' } },
      'headers.x-a',
      /without a line break/,
    ],
    [
      'more than one PUT carries',
      { kind: 'fitness', largestFile: 5 * 1024 ** 3 + 1 },
      'largestFile',
      /from 1 to 5368709120/,
    ],
    ['no life', { kind: 'fitness', life: 0 }, 'life', /from 10 to 604800/],
    ['keys without a user', { kind: 'idance', ownKeys: { video: 'a/{session_id}/' } }, 'ownKeys.video', /\{user_id\}/],
    [
      'nothing to tell that a file is there with',
      { kind: 'fitness', gives: { publicUrl: null } },
      'gives.publicUrl',
      /address or its key/,
    ],
    ['another way of signing in', { kind: 'fitness', signIn: { how: 'magic' } }, 'signIn.how', /token, password/],
    ['a setting that there is not', { kind: 'fitness', colour: 'red' }, '', /no such setting: colour/],
    ['another kind', { kind: 'ftp' }, 'kind', /fitness, idance, upload-module or plugs/],
  ];
  it.each(wrong)('refuse %s by its field', (_, settings, field, said) => {
    const { problems } = checkBrokerSettings({ baseUrl, ...settings });
    expect(problems).toHaveLength(1);
    expect(problems?.[0]?.field).toBe(field);
    expect(problems?.[0]?.words).toMatch(said);
    expect(() => parseBrokerSettings({ baseUrl, ...settings })).toThrow(said);
  });

  it('name every field that is wrong', () => {
    const { problems } = checkBrokerSettings({ kind: 'fitness', baseUrl: 'x', life: 1, largestFile: 'big' });
    expect(problems?.map(({ field }) => field).toSorted()).toEqual(['baseUrl', 'largestFile', 'life']);
  });
});
