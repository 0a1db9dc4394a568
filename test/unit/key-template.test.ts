import { describe, expect, it } from 'vitest';
import { SidelineError } from '../../shared/errors.ts';
import {
  objectKey,
  parseKeyTemplate,
  placeholdersOf,
  renderKey,
  withOtherName,
  type KeyValues,
} from '../../shared/key-template/index.ts';

const values: KeyValues = {
  fields: { user_id: 'u-42', event_id: 'ev 7', session_id: 's9', image_type: 'room' },
  relativePath: 'Finals/Field 1/IMG_0001.JPG',
  date: { year: 2026, month: 3, day: 7, hour: 9, minute: 5, second: 2, microsecond: 1234, unix: 1772874302 },
  taken: { year: 2025, month: 12, day: 31, hour: 23, minute: 59, second: 8, microsecond: 45_678, unix: 1767225548 },
  measures: { width: 1920, height: 1080 },
  counter: 7,
  ids: { uuid: '0b6d1f0a-8f63-4c53-9c3f-1d1f1b1f5a77', hex8: 'a1b2c3d4' },
};

function render(template: string, changes: Partial<KeyValues> = {}): string {
  return renderKey(parseKeyTemplate(template), { ...values, ...changes });
}

function thrownBy(act: () => unknown): SidelineError {
  try {
    act();
  } catch (error) {
    if (error instanceof SidelineError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the key templates of the backends', () => {
  it.each([
    ['media/profile_pictures/{user_id}-{uuid}.{ext}', `media/profile_pictures/u-42-${values.ids.uuid}.jpg`],
    ['media/food_images/{user_id}-{unix}-{uuid}.{ext}', `media/food_images/u-42-1772874302-${values.ids.uuid}.jpg`],
    [
      'sessions/{user_id}/{session_id}/{timestamp}_{unique_id}.mp4',
      `sessions/u-42/s9/20260307_090502_${values.ids.uuid}.mp4`,
    ],
    [
      'events/{event_id}/media/{yyyy}/{MM}/{dd}/{HHmmss}_{microseconds}.{ext}',
      'events/ev 7/media/2026/03/07/090502_001234.jpg',
    ],
    ['{image_type}s/{user_id}/{filename}', 'rooms/u-42/20260307_090502_a1b2c3d4.jpg'],
    ['{image_type}s/{filename}', 'rooms/20260307_090502_a1b2c3d4.jpg'],
    ['{image_type}s/{timestamp}_{hex8}.{ext}', 'rooms/20260307_090502_a1b2c3d4.jpg'],
    ['users/{user_id}/profile/{name}', 'users/u-42/profile/IMG_0001.JPG'],
    ['temp/{stem}_{HH}{mm}{ss}', 'temp/IMG_0001_090502'],
    ['{relative_path}', 'Finals/Field 1/IMG_0001.JPG'],
    ['{width}x{height}/{name}', '1920x1080/IMG_0001.JPG'],
  ])('%s', (template, key) => {
    expect(render(template)).toBe(key);
  });
});

describe('placeholders with an argument', () => {
  it.each([
    ['{taken:yyyy/MM/dd}/{name}', '2025/12/31/IMG_0001.JPG'],
    ['{taken:yy-MM-ddTHH.mm.ss}', '25-12-31T23.59.08'],
    ['{taken:HHmmssSSS}_{taken:HHmmssSSSSSS}', '235908045_235908045678'],
    ['{taken:yyyy年MM月dd日}', '2025年12月31日'],
    ['{date:yyyyMMdd_HHmmss}', '20260307_090502'],
    ['{date:mm:ss}', '05:02'],
    ['{counter}-{counter:4}-{counter:1}', '7-0007-7'],
    ['{hex:4}/{hex:8}', 'a1b2/a1b2c3d4'],
    ['{hex:32}', 'a1b2c3d40b6d1f0a8f63c53c3f1d1f1b'],
    ['{uuid:short}', '0b6d1f0a8f634c539c3f1d1f1b1f5a77'],
    ['{slug}.{ext}', 'img-0001.jpg'],
    ['{slug:event_id}/{field:event_id}', 'ev-7/ev 7'],
    ['{field:team}', 'U 16'],
    ['{relative_dir}/{stem}', 'Finals/Field 1/IMG_0001'],
  ])('%s', (template, key) => {
    expect(render(template, { fields: { ...values.fields, team: 'U 16' } })).toBe(key);
  });

  it.each([
    ['{taken}', '"{taken}" at position 1 says too little: write it like "{taken:yyyy/MM/dd}"'],
    ['a/{date:}', '"{date:}" at position 3 has nothing after the colon'],
    ['{hex}', 'write it like "{hex:8}"'],
    ['{field}', 'write it like "{field:team}"'],
    ['{taken:YYYY-MM}', 'has "YYYY", which is no part of a date; did you mean "yyyy"?'],
    ['{taken:yyyy-DD}', 'did you mean "dd"?'],
    ['{taken:yyyyMMdd_hhmm}', 'did you mean "HH"?'],
    ['{taken:d.M.yyyy}', 'did you mean "dd"?'],
    ['{taken:yyyy/mm/dd}', 'did you mean "MM", the month?'],
    ['{taken:-}', 'has no part of a date'],
    ['{taken:T}', 'has no part of a date'],
    ['{taken:yyyy{MM}', 'the "{" at position 1 is not closed'],
    ['{taken:/yyyy}', 'an empty name'],
    ['x{taken:yyyy//MM}', 'an empty name'],
    ['{taken:yyyy/../MM}', 'only ".."'],
    ['{taken:yyyy\u0007}', 'U+0007'],
    ['{counter:0}', 'a whole number from 1 to 12'],
    ['{counter:13}', 'a whole number from 1 to 12'],
    ['{counter:04}', 'a whole number from 1 to 12'],
    ['{hex:3}', 'a whole number from 4 to 32'],
    ['{hex:33}', 'a whole number from 4 to 32'],
    ['{hex:8.5}', 'a whole number from 4 to 32'],
    ['{uuid:long}', 'only "short"'],
    ['{uuid:}', 'has nothing after the colon'],
    ['{ext:jpg}', 'takes nothing after its name: write "{ext}"'],
    ['{unique_id:short}', 'takes nothing after its name'],
    ['{field:Team}', 'must name a field'],
    ['{field:__proto__}', 'must name a field'],
    [`{field:${'x'.repeat(65)}}`, 'must name a field'],
    ['{slug:a b}', 'must name a field'],
    ['{team}', 'A field of your own is written "{field:team}".'],
    ['{yyyy-MM-dd}', 'did you mean "{date:yyyy-MM-dd}"?'],
    ['{takn:yyyy}', 'did you mean "{taken:yyyy}"?'],
    ['{hexx:99}', 'did you mean "{hex:8}"?'],
    ['{countr}', 'did you mean "{counter}"?'],
  ])('refuses %s', (template, words) => {
    const error = thrownBy(() => parseKeyTemplate(template));
    expect(error.kind).toBe('invalid-input');
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/[^.?][.?]$/);
  });
});

describe('{relative_dir} of a file that lies in no folder', () => {
  it.each([
    ['{relative_dir}/{name}', 'a.jpg'],
    ['{relative_dir}{name}', 'a.jpg'],
    ['p/{relative_dir}/{name}', 'p/a.jpg'],
    ['p/{relative_dir}/{relative_dir}/{name}', 'p/a.jpg'],
    ['{relative_dir}/{relative_dir}/q/{name}', 'q/a.jpg'],
    ['{relative_dir}/{taken:yyyy/MM}/{name}', '2025/12/a.jpg'],
    ['p-{relative_dir}/{name}', 'p-/a.jpg'],
    ['{stem}/{relative_dir}', 'a'],
  ])('%s', (template, key) => {
    expect(render(template, { relativePath: 'a.jpg' })).toBe(key);
  });

  it('refuses a key that would be empty', () => {
    expect(thrownBy(() => render('{relative_dir}', { relativePath: 'a.jpg' })).kind).toBe('key-invalid');
    expect(thrownBy(() => render('{relative_dir}/{ext}', { relativePath: 'README' })).kind).toBe('key-invalid');
    expect(thrownBy(() => render('{relative_dir}../{name}', { relativePath: 'README' })).kind).toBe('key-invalid');
  });
});

describe('{slug}', () => {
  it.each([
    ['Jürgen Müller (2).JPG', 'jurgen-muller-2'],
    ['Jürgen'.normalize('NFD'), 'jurgen'],
    ['Straße & Łódź – Grøn.jpg', 'strasse-lodz-gron'],
    ['--x__y--.jpg', 'x-y'],
    ['İstanbul.jpg', 'istanbul'],
    ['ﬁnal ①.jpg', 'final-1'],
    ['写真 7.jpg', '7'],
    ['写真.jpg', 'a1b2c3d4'],
    ['🏆.jpg', 'a1b2c3d4'],
  ])('of %s', (relativePath, word) => {
    expect(render('{slug}', { relativePath })).toBe(word);
  });

  it('refuses a field that no word can be made of: chance must not stand in for an event', () => {
    const error = thrownBy(() => render('{slug:event_id}', { fields: { event_id: '大会' } }));
    expect(error.kind).toBe('invalid-input');
    expect(error.message).toContain('The value of event_id has no letter from A to Z and no digit');
  });
});

describe('withOtherName', () => {
  it.each([
    ['photo.jpg', 2, 'photo-2.jpg'],
    ['a/b.c/photo.JPG', 13, 'a/b.c/photo-13.JPG'],
    ['a.b/README', 2, 'a.b/README-2'],
    ['.profile', 2, '.profile-2'],
    ['draft.', 2, 'draft.-2'],
    ['archive.tar.gz', 3, 'archive.tar-3.gz'],
    [`${'x'.repeat(1020)}.jpg`, 2, `${'x'.repeat(1018)}-2.jpg`],
    [`p/${'ü'.repeat(509)}.jpg`, 2, `p/${'ü'.repeat(508)}-2.jpg`],
    // A family of 18 bytes is one character for who reads it.
    [`${'x'.repeat(1002)}👩‍👩‍👧.jpg`, 2, `${'x'.repeat(1002)}-2.jpg`],
    // No stem would be left before such an extension.
    [`a.${'x'.repeat(1022)}`, 2, `a.${'x'.repeat(1020)}-2`],
  ])('of %s, %i', (key, n, other) => {
    expect(withOtherName(key, n)).toBe(other);
  });

  it('refuses where the folders leave no room', () => {
    const error = thrownBy(() => withOtherName(`${'x'.repeat(1022)}/y`, 2));
    expect(error.kind).toBe('key-invalid');
    expect(error.message).toContain('longer than the 1024 bytes');
  });
});

describe('parseKeyTemplate', () => {
  it.each([
    ['', 'empty'],
    ['a/{user_id', 'the "{" at position 3 is not closed'],
    ['a}b', 'the "}" at position 2 closes nothing'],
    ['x/{userid}', '"{userid}" at position 3 is unknown; did you mean "{user_id}"'],
    ['{YYYY}', '"{YYYY}" at position 1 is unknown; did you mean "{yyyy}"'],
    ['{uiid}', 'did you mean "{uuid}"'],
    ['{}', '"{}" at position 1 is unknown'],
    ['{toString}', '"{toString}" at position 1 is unknown'],
    ['{__proto__}', '"{__proto__}" at position 1 is unknown'],
    ['/a/{ext}', 'an empty name'],
    ['a//{ext}', 'an empty name'],
    ['a/{ext}/', 'an empty name'],
    ['a/../{ext}', 'only ".."'],
    ['./{ext}', 'only "."'],
    ['a\u0001/{ext}', 'U+0001'],
    ['x'.repeat(1025), '1025 bytes'],
  ])('refuses %j', (template, words) => {
    const error = thrownBy(() => parseKeyTemplate(template));
    expect(error.kind).toBe('invalid-input');
    expect(error.message).toContain(words);
  });

  it('makes plain data that survives being stored', () => {
    const stored: unknown = JSON.parse(JSON.stringify(parseKeyTemplate('a/{user_id}-{uuid}.{ext}')));
    expect(stored).toEqual(parseKeyTemplate('a/{user_id}-{uuid}.{ext}'));
  });
});

describe('placeholdersOf', () => {
  it('names each once, in order, and says which a form must ask for', () => {
    const asked = placeholdersOf(parseKeyTemplate('e/{event_id}/{user_id}/{yyyy}/{uuid}-{event_id}.{ext}'));
    expect(asked.map(({ name }) => name)).toEqual(['event_id', 'user_id', 'yyyy', 'uuid', 'ext']);
    expect(asked.filter(({ from }) => from === 'field').map(({ name }) => name)).toEqual(['event_id', 'user_id']);
    expect(asked.every(({ meaning }) => meaning !== '')).toBe(true);
  });

  it('names the fields that a template made up, each once however it is written', () => {
    const asked = placeholdersOf(
      parseKeyTemplate('{field:team}/{slug:event_id}/{event_id}/{slug:team}/{taken:yyyy}/{slug}'),
    );
    expect(asked.map(({ name, from }) => [name, from])).toEqual([
      ['team', 'field'],
      ['event_id', 'field'],
      ['taken', 'taken'],
      ['slug', 'file'],
    ]);
    expect(asked.map(({ meaning }) => meaning).slice(0, 2)).toEqual(['a field of your own', 'the event']);
  });

  it('is empty for a text without any', () => {
    expect(placeholdersOf(parseKeyTemplate('fixed.jpg'))).toEqual([]);
  });
});

describe('renderKey', () => {
  it.each([
    ['Clip.MP4', 'v/Clip.mp4'],
    ['a/archive.tar.GZ', 'v/archive.tar.gz'],
    ['README', 'v/README'],
    ['.profile', 'v/.profile'],
    ['draft.', 'v/draft.'],
    ['folder.d/plain', 'v/plain'],
  ])('takes the extension of %s', (relativePath, key) => {
    expect(render('v/{stem}.{ext}', { relativePath })).toBe(key);
    expect(render('{filename}', { relativePath })).toMatch(/^20260307_090502_a1b2c3d4(\.[a-z0-9]+)?$/);
  });

  it('keeps other dots and text beside a missing extension', () => {
    expect(render('{stem}.{hex8}.{ext}', { relativePath: 'README' })).toBe('README.a1b2c3d4');
    expect(render('{stem}-{ext}', { relativePath: 'README' })).toBe('README-');
  });

  it('pads a date of small numbers', () => {
    const date = { year: 987, month: 1, day: 2, hour: 0, minute: 0, second: 0, microsecond: 0, unix: 0 };
    expect(render('{timestamp}_{microseconds}_{unix}', { date })).toBe('09870102_000000_000000_0');
  });

  it.each([
    ['../../etc', 'must not contain "/"'],
    ['a/b', 'must not contain "/"'],
    ['a\\b', 'must not contain "\\"'],
    ['..', 'must not be ".."'],
    ['.', 'must not be "."'],
    ['', 'is empty'],
    ['  ', 'is empty'],
    ['a\nb', 'control character'],
    ['a\u0000', 'control character'],
    ['a\u0085', 'control character'],
    ['half \ud83d a pair', 'U+D83D'],
    ['a\uffff', 'U+FFFF'],
  ])('refuses a field with the value %j, naming the field', (value, words) => {
    const error = thrownBy(() => render('m/{user_id}/{uuid}', { fields: { user_id: value } }));
    expect(error.kind).toBe('invalid-input');
    expect(error.message).toContain('user_id');
    expect(error.message).toContain(words);
  });

  it('names a field that is not there, also when its name is one of every object', () => {
    expect(thrownBy(() => render('{event_id}', { fields: {} })).message).toContain('event_id');
    const inherited = Object.create({ event_id: 'inherited' }) as Record<string, string>;
    expect(thrownBy(() => render('{event_id}', { fields: inherited })).message).toContain('event_id');
  });

  it('refuses a segment that came out empty', () => {
    const error = thrownBy(() => render('a/.{ext}', { relativePath: 'README' }));
    expect(error.kind).toBe('key-invalid');
    expect(error.message).toContain('an empty name');
  });

  it('keeps harmless dots in a field', () => {
    expect(render('a/{user_id}', { fields: { user_id: '..a..b.' } })).toBe('a/..a..b.');
  });

  it('writes everything in NFC', () => {
    const nfd = 'Jürgen'.normalize('NFD');
    expect(render('{user_id}/{name}', { fields: { user_id: nfd }, relativePath: `${nfd}.jpg` })).toBe(
      'Jürgen/Jürgen.jpg',
    );
  });

  it('refuses a whole over 1,024 bytes', () => {
    const fields = { user_id: 'ü'.repeat(500) };
    expect(render('{user_id}/{hex8}', { fields })).toHaveLength(509);
    const error = thrownBy(() => render('{user_id}/{uuid}', { fields }));
    expect(error.kind).toBe('key-invalid');
    expect(error.message).toContain('1037 bytes');
  });

  it.each(['../a.jpg', 'a/../b.jpg', '/a.jpg', 'a//b.jpg', './a.jpg', ''])(
    'refuses the relative path %j',
    (relativePath) => {
      expect(thrownBy(() => render('{uuid}', { relativePath })).kind).toBe('key-invalid');
      expect(thrownBy(() => render('{relative_path}', { relativePath })).kind).toBe('key-invalid');
    },
  );
});

describe('objectKey', () => {
  it.each([
    ['', 'a.jpg', 'a.jpg'],
    ['/', 'a.jpg', 'a.jpg'],
    ['p', 'a.jpg', 'p/a.jpg'],
    ['/p/q/', 'x/a.jpg', 'p/q/x/a.jpg'],
    ['//p//', 'a.jpg', 'p/a.jpg'],
    ['Fußball'.normalize('NFD'), 'Zoë'.normalize('NFD'), 'Fußball/Zoë'],
  ])('prefix %j and path %j', (prefix, relativePath, key) => {
    expect(objectKey(prefix, relativePath)).toBe(key);
  });

  it.each([
    'CON',
    'aux.txt',
    'nul',
    'ends with dot.',
    'ends with space ',
    ' starts with space',
    '.hidden',
    '..a',
    '...',
    'a..',
    'x/..a/...b/c',
    'a#b?c%d+e&f=g;h:i@j',
    '100%25.jpg',
    'back\\slash',
    `quotes'"<>|*`,
    'Icon\r',
    'two\nlines\tand a tab',
    '⚽️🏆 Pokal 👩‍👩‍👧.jpg',
    'תמונה.jpg',
    '写真.heic',
    'x'.repeat(255),
  ])('keeps %j as it is', (relativePath) => {
    expect(objectKey('p', relativePath)).toBe(`p/${relativePath}`);
  });

  it.each([
    ['', '..', 'only ".."'],
    ['p', '.', 'only "."'],
    ['p', 'a/./b', 'only "."'],
    ['p', 'a/..', 'only ".."'],
    ['p', '/a', 'an empty name'],
    ['p', 'a/', 'an empty name'],
    ['p', 'a//b', 'an empty name'],
    ['p', '', 'an empty name'],
    ['p/../q', 'a', 'only ".."'],
    ['p//q', 'a', 'an empty name'],
    ['p', 'ä/../b', 'only ".."'],
    ['p', 'bell\u0007', 'U+0007'],
    ['p', 'ä\u001b', 'U+001B'],
    ['p', 'not a character \uffff', 'U+FFFF'],
    ['p', 'half \ud83d a pair', 'not valid Unicode'],
  ])('refuses prefix %j with path %j', (prefix, relativePath, words) => {
    const error = thrownBy(() => objectKey(prefix, relativePath));
    expect(error.kind).toBe('key-invalid');
    expect(error.message).toContain(words);
  });

  it('counts bytes of UTF-8, after NFC', () => {
    for (const [character, bytes] of [
      ['x', 1],
      ['ü', 2],
      ['写', 3],
      ['🏆', 4],
    ] as const) {
      const most = Math.floor(1022 / bytes);
      expect(objectKey('p', character.repeat(most))).toBe(`p/${character.repeat(most)}`);
      const error = thrownBy(() => objectKey('p', character.repeat(most + 1)));
      expect(error.kind).toBe('key-invalid');
      expect(error.message).toContain(`${2 + (most + 1) * bytes} bytes`);
    }
    // 400 letters of 3 bytes each become 400 of 2.
    expect(objectKey('p', 'ü'.normalize('NFD').repeat(400))).toBe(`p/${'ü'.repeat(400)}`);
  });
});
