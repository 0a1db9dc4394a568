import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { destinationRulesSchema, type DestinationRules } from '../../shared/destination.ts';
import { SidelineError } from '../../shared/errors.ts';
import { objectKey, parseKeyTemplate, placeholdersOf, renderKey } from '../../shared/key-template/index.ts';
import { presets, problemsOf, type Answers, type Preset } from '../../shared/presets/index.ts';
import { sortInto } from '../../shared/sorting.ts';
import { presetWords } from '../../shared/strings/presets.ts';
import { seededRandom } from '../servers/random.ts';

const uuid = '0b6d1f0a-8f63-4c53-9c3f-1d1f1b1f5a77';

const december = {
  year: 2024,
  month: 12,
  day: 1,
  hour: 14,
  minute: 30,
  second: 22,
  microsecond: 123456,
  unix: 1733063422,
};
const newYear = { ...december, month: 1, hour: 12, minute: 0, second: 0, unix: 1704110400 };

const measures = { width: null, height: null };
const sample = { relativePath: 'Finals/IMG_0001.JPG', date: december, taken: december, counter: 1, measures };

function keyOf(rules: DestinationRules, template: string, changes: Partial<typeof sample> & { hex8?: string }): string {
  const { hex8 = 'a1b2c3d4', ...values } = changes;
  const ids = { uuid, hex8 };
  return objectKey(
    rules.prefix,
    renderKey(parseKeyTemplate(template), { ...sample, ...values, ids, fields: rules.fields }),
  );
}

/** What must be answered, and what makes the documents' own examples. */
const usual: Record<string, Answers> = {
  fitness: { user_id: 'user123', public_url_base: 'my-bucket.s3.amazonaws.com' },
  idance: { user_id: 'user123', session_id: 'session456' },
  'upload-module': { prefix: 'uploads', max_size_mb: '5' },
  plugs: { event_id: 'event-id', user_id: '123' },
  'plugs-migration': {},
  heaven: { image_type: 'user', user_id: '123' },
};

/** destinations that have rules of sorting */
const sortedInto: Record<string, number> = {
  ...{ fitness: 7, idance: 2, plugs: 3 },
  ...{ 'upload-module': 0, 'plugs-migration': 0, heaven: 0 },
};

function preset(id: string): Preset {
  const found = presets.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no preset ${id}`);
  return found;
}

function destination(id: string, name: string, answers: Answers = usual[id] ?? {}): DestinationRules {
  const found = preset(id)
    .destinations(answers)
    .find((rules) => rules.name === name);
  if (found === undefined) throw new Error(`${id} has no destination ${name}`);
  return found;
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

describe('the fitness app', () => {
  const names = presetWords.fitness.destinations;
  const files = ['image/*', 'video/*'];

  it.each([
    [names.profile, `media/profile_pictures/user123-${uuid}.jpg`],
    [names.workout, `media/workout_media/user123-1733063422-${uuid}.jpg`],
    [names.food, `media/food_images/user123-1733063422-${uuid}.jpg`],
    [names.plans, `media/workout_plans/user123-1733063422-${uuid}.jpg`],
    [names.progress, `media/progress_photos/user123-1733063422-${uuid}.jpg`],
    [names.challenge, `media/challenge_media/user123-1733063422-${uuid}.jpg`],
    [names.misc, `media/misc/user123-1733063422-${uuid}.jpg`],
  ])('%s go to %s', (name, key) => {
    const rules = destination('fitness', name);
    expect(keyOf(rules, rules.keyTemplate, {})).toBe(key);
  });

  it('takes JPEG and PNG of up to 5 MB as profile pictures, and makes them fit 300 x 300', () => {
    expect(destination('fitness', names.profile)).toMatchObject({
      accepts: ['image/jpeg', 'image/png'],
      maxSize: 5_242_880,
      overwrite: 'never',
      image: {
        format: 'same',
        width: 300,
        height: 300,
        fit: 'inside',
        quality: 85,
        optimise: true,
        keepMetadata: false,
      },
    });
  });

  it.each([
    [names.workout, files, 'never'],
    [names.food, ['image/*'], 'replace'],
    [names.plans, ['application/pdf'], 'never'],
    [names.progress, ['image/*'], 'never'],
    [names.challenge, files, 'never'],
    [names.misc, [], 'never'],
  ])('%s: accepts %j, overwrites %s, and sends files as they are', (name, accepts, overwrite) => {
    expect(destination('fitness', name)).toMatchObject({ accepts, overwrite, image: null, maxSize: null });
  });

  it('shows everything but progress photos to everyone, at the custom domain, for a day', () => {
    const open = preset('fitness')
      .destinations(usual.fitness ?? {})
      .filter((rules) => rules.name !== names.progress);
    expect(open).toHaveLength(6);
    for (const rules of open) {
      expect(rules).toMatchObject({
        acl: 'public-read',
        cacheControl: 'max-age=86400',
        publicUrlBase: 'https://my-bucket.s3.amazonaws.com',
        sse: null,
        linkLifetime: 900,
      });
    }
  });

  it('keeps progress photos private and encrypted, without a public address', () => {
    expect(destination('fitness', names.progress)).toMatchObject({
      acl: 'private',
      cacheControl: 'private, max-age=86400',
      publicUrlBase: null,
      sse: { by: 'AES256' },
      linkLifetime: 900,
    });
  });
});

describe('iDance sessions', () => {
  const { videos, thumbnails } = presetWords.idance.destinations;
  const video = { relativePath: 'GOPR0042.MP4' };

  it('gives a video and its still the keys of the document, which differ in folder and ending only', () => {
    const rules = destination('idance', videos);
    expect(keyOf(rules, rules.keyTemplate, video)).toBe(`sessions/user123/session456/20241201_143022_${uuid}.mp4`);
    expect(keyOf(rules, rules.videoStill?.keyTemplate ?? '', video)).toBe(
      `thumbnails/user123/session456/20241201_143022_${uuid}.jpg`,
    );
    expect(rules.videoStill?.image.format).toBe('jpeg');
  });

  it('takes only what is what the endings of its keys say', () => {
    expect(destination('idance', videos)).toMatchObject({ accepts: ['video/mp4'], overwrite: 'never', image: null });
    const rules = destination('idance', thumbnails);
    expect(keyOf(rules, rules.keyTemplate, { relativePath: 'cover.png' })).toBe(
      `thumbnails/user123/session456/20241201_143022_${uuid}.jpg`,
    );
    expect(rules).toMatchObject({ image: { format: 'jpeg' }, overwrite: 'never', linkLifetime: 3600 });
  });

  it('leaves the session to be asked for with each batch', () => {
    const rules = destination('idance', videos, { user_id: 'user123', session_id: ' ' });
    expect(rules.fields).toEqual({ user_id: 'user123' });
    expect(fieldsOf(rules)).toEqual(['user_id', 'session_id']);
  });
});

describe('the upload module', () => {
  const names = presetWords.uploadModule.destinations;

  it.each([
    ['uploads', 'file.txt', 'uploads/file.txt'],
    ['/uploads/images/', 'example.jpg', 'uploads/images/example.jpg'],
  ])('puts below %s', (prefix, relativePath, key) => {
    const rules = destination('upload-module', names.public, { prefix, max_size_mb: '5' });
    expect(keyOf(rules, rules.keyTemplate, { relativePath })).toBe(key);
  });

  it('has a public and a private one, both with the size limit', () => {
    expect(destination('upload-module', names.public)).toMatchObject({ acl: 'public-read', maxSize: 5_242_880 });
    expect(destination('upload-module', names.private)).toMatchObject({ acl: null, maxSize: 5_242_880 });
  });
});

describe('The Plugs', () => {
  const names = presetWords.plugs.destinations;

  it.each([
    [names.event, 'events/event-id/media/2024/01/01/120000_123456.jpg', { event_id: 'event-id', category: 'event' }],
    [names.profile, 'users/123/profile/2024/01/01/120000_123456.jpg', { user_id: '123', category: 'profile' }],
    [names.temp, 'temp/2024/01/01/120000_123456.jpg', { category: 'temp' }],
  ])('%s: %s', (name, key, metadata) => {
    const rules = destination('plugs', name);
    expect(keyOf(rules, rules.keyTemplate, { date: newYear })).toBe(key);
    expect(rules).toMatchObject({
      maxSize: 10_485_760,
      sse: { by: 'AES256' },
      zone: 'utc',
      overwrite: 'never',
      metadata,
    });
    expect(rules.metadata).toEqual(metadata);
  });

  it('keeps the structure of a folder that is brought over, leaves nothing behind, and sends nothing twice', () => {
    const top = destination('plugs-migration', presetWords.plugsMigration.destinations.all);
    expect(keyOf(top, top.keyTemplate, {})).toBe('Finals/IMG_0001.JPG');
    expect(top).toMatchObject({ overwrite: 'skip-equal', sse: { by: 'AES256' }, accepts: [], maxSize: null });
    const below = destination('plugs-migration', top.name, { prefix: 'media/' });
    expect(keyOf(below, below.keyTemplate, {})).toBe('media/Finals/IMG_0001.JPG');
  });
});

describe('Heaven Connect', () => {
  const names = presetWords.heaven.destinations;

  // The document's three examples; their last eight signs are not all hexadecimal there.
  it.each([
    [
      names.ofUser,
      { image_type: 'user', user_id: '123' },
      'a.JPG',
      'a1b2c3d4',
      'users/123/20241201_143022_a1b2c3d4.jpg',
    ],
    [
      names.general,
      { image_type: 'property', folder: 'properties' },
      'a.jpg',
      'e5f6g7h8',
      'properties/20241201_143022_e5f6g7h8.jpg',
    ],
    [names.general, { image_type: 'room' }, 'a.png', 'i9j0k1l2', 'rooms/20241201_143022_i9j0k1l2.png'],
  ])('%s %j', (name, answers, relativePath, hex8, key) => {
    const rules = destination('heaven', name, answers);
    expect(keyOf(rules, rules.keyTemplate, { relativePath, hex8 })).toBe(key);
    expect(rules).toMatchObject({
      image: { format: 'same', keepMetadata: false },
      metadata: { image_type: answers.image_type },
      fields: { image_type: answers.image_type },
      overwrite: 'never',
    });
  });

  it.each([names.ofUser, names.general])('%s: three sizes in WebP, beside the image and named like it', (name) => {
    const rules = destination('heaven', name);
    const stem = keyOf(rules, rules.keyTemplate, {}).replace(/\.jpg$/, '');
    const sizes = rules.derived.map((one) => [
      keyOf(rules, one.keyTemplate, {}),
      one.image.format,
      one.image.width,
      one.image.height,
    ]);
    expect(sizes).toEqual([
      [`${stem}-large.webp`, 'webp', 2048, 2048],
      [`${stem}-medium.webp`, 'webp', 1024, 1024],
      [`${stem}-thumbnail.webp`, 'webp', 320, 320],
    ]);
  });
});

/** What the templates of a destination ask a form for. */
function fieldsOf(rules: DestinationRules): string[] {
  const templates = [rules, ...rules.derived, ...(rules.videoStill === null ? [] : [rules.videoStill])];
  const asked = templates
    .flatMap(({ keyTemplate }) => placeholdersOf(parseKeyTemplate(keyTemplate)))
    .filter(({ from }) => from === 'field');
  return [...new Set<string>(asked.map(({ name }) => name))];
}

describe.each(presets)('the preset $id', (one) => {
  const answers = usual[one.id] ?? {};

  it('makes rules that are stored as they are', () => {
    const made = one.destinations(answers);
    expect(made.length).toBeGreaterThan(0);
    for (const rules of made) expect(destinationRulesSchema.parse(structuredClone(rules))).toEqual(rules);
  });

  it('says what it starts with and gives as examples in words that its own checks take', () => {
    for (const ask of one.asks) {
      expect(ask.check(ask.example), ask.name).toBe(null);
      if (ask.start !== '') expect(ask.check(ask.start), ask.name).toBe(null);
    }
    const examples = Object.fromEntries(one.asks.map((ask) => [ask.name, ask.example]));
    expect(one.destinations(examples)).toHaveLength(one.destinations(answers).length);
  });

  it('refuses missing answers field by field', () => {
    const required = one.asks.filter((ask) => ask.required);
    const missing = Object.fromEntries(required.map((ask) => [ask.name, presetWords.problems.missing]));
    expect(problemsOf(one, {})).toEqual(missing);
    for (const ask of required) {
      const rest = { ...answers, [ask.name]: ' \n' };
      expect(problemsOf(one, rest)).toEqual({ [ask.name]: presetWords.problems.missing });
      const error = thrownBy(() => one.destinations(rest));
      expect(error.kind).toBe('invalid-input');
      expect(error.message).toBe(`${ask.label}: ${presetWords.problems.missing}`);
    }
  });

  it('refuses an answer to what it does not ask', () => {
    expect(problemsOf(one, { ...answers, user_ids: 'x' })).toEqual({ user_ids: presetWords.problems.unknown });
    expect(thrownBy(() => one.destinations({ ...answers, user_ids: 'x' })).message).toContain('user_ids');
  });

  it('says which files go to its destinations, in the order in which they are to be asked', () => {
    const made = one.destinations(answers);
    const unsorted = made.findIndex(({ sorting }) => sorting.length === 0);
    const sorted = made.filter(({ sorting }) => sorting.length > 0);
    // Those that nothing is sorted into come last.
    expect(unsorted === -1 ? made.length : unsorted).toBe(sorted.length);
    expect(sorted.length).toBe(sortedInto[one.id]);
  });

  it('makes rules of all answers that its checks take, with keys that stay within the first folder', () => {
    const { seed } = seededRandom(`presets ${one.id}`);
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('..', '../..', 'a/../b', '{uuid}', '1', 'https://x/?a', '/', '\ud800', 'x'.repeat(101)),
    );
    const any = fc.record(
      Object.fromEntries(one.asks.map(({ name, example }) => [name, fc.oneof(text, fc.constant(example))])),
    );
    fc.assert(
      fc.property(any, (given) => {
        const problems = problemsOf(one, given);
        if (Object.keys(problems).length > 0) {
          expect(thrownBy(() => one.destinations(given)).kind).toBe('invalid-input');
          return;
        }
        for (const rules of one.destinations(given)) {
          const fields = { user_id: 'u', session_id: 's', event_id: 'e', ...rules.fields };
          const key = keyOf({ ...rules, fields }, rules.keyTemplate, {});
          expect(key).not.toMatch(/(^|\/)\.{0,2}(\/|$)/);
        }
      }),
      { seed, numRuns: 500 },
    );
  });
});

describe('one folder with several kinds', () => {
  const { fitness, idance, plugs } = presetWords;

  it.each([
    ['fitness', 'Profile_Pictures/anna.jpg', 'image/jpeg', fitness.destinations.profile],
    ['fitness', 'profile/anna.heic', 'image/heic', fitness.destinations.workout],
    ['fitness', 'day 1/Food/IMG_1.jpg', 'image/jpeg', fitness.destinations.food],
    ['fitness', 'plank challenge/a.mp4', 'video/mp4', fitness.destinations.challenge],
    ['fitness', 'plans/week 1.pdf', 'application/pdf', fitness.destinations.plans],
    ['fitness', 'gym/a.mov', 'video/quicktime', fitness.destinations.workout],
    ['fitness', 'notes.txt', 'text/plain', fitness.destinations.misc],
    // Private whatever they are and wherever else they could belong.
    ['fitness', 'challenge/Progress/a.jpg', 'image/jpeg', fitness.destinations.progress],
    ['fitness', 'Before and After/a.mp4', 'video/mp4', fitness.destinations.progress],
    ['fitness', 'gym/anna-progress-2.jpg', 'image/jpeg', fitness.destinations.progress],
    ['idance', 'session/GOPR0042.MP4', 'video/mp4', idance.destinations.videos],
    ['idance', 'session/IMG_1.MOV', 'video/quicktime', idance.destinations.videos],
    ['idance', 'session/cover.png', 'image/png', idance.destinations.thumbnails],
    ['idance', 'session/notes.txt', 'text/plain', null],
    ['plugs', 'stage/a.jpg', 'image/jpeg', plugs.destinations.event],
    ['plugs', 'profiles/a.jpg', 'image/jpeg', plugs.destinations.profile],
    ['plugs', 'temp/a.jpg', 'image/jpeg', plugs.destinations.temp],
    ['plugs', 'stage/plan.pdf', 'application/pdf', null],
  ])('%s: %s (%s) goes to %s', (id, relativePath, type, to) => {
    const made = preset(id).destinations(usual[id] ?? {});
    const rules = made.map(({ sorting }) => ({ rules: sorting }));
    const at = sortInto(rules, { relativePath, type });
    expect(at === null ? null : made[at]?.name).toBe(to);
  });
});

describe('what is wrong with an answer', () => {
  const { problems } = presetWords;

  it.each([
    ['fitness', { user_id: 'a/b' }, 'user_id', problems.slash],
    ['fitness', { user_id: 'a\\b' }, 'user_id', problems.slash],
    ['fitness', { user_id: '..' }, 'user_id', problems.dots],
    ['fitness', { user_id: 'a\nb' }, 'user_id', problems.control],
    ['fitness', { user_id: 'a\ufffe' }, 'user_id', problems.control],
    ['fitness', { user_id: 'x'.repeat(101) }, 'user_id', problems.tooLong(100)],
    ['fitness', { public_url_base: 'my domain' }, 'public_url_base', problems.address],
    ['fitness', { public_url_base: 'ftp://cdn.example.org' }, 'public_url_base', problems.address],
    ['fitness', { public_url_base: 'https://cdn.example.org/?a=1' }, 'public_url_base', problems.addressEnd],
    ['fitness', { public_url_base: 'https://me:secret@cdn.example.org' }, 'public_url_base', problems.addressEnd],
    ['upload-module', { prefix: 'a/../b' }, 'prefix', problems.folder('a segment that is only ".."')],
    ['upload-module', { prefix: 'a//b' }, 'prefix', problems.folder('an empty name')],
    ['upload-module', { prefix: '//' }, 'prefix', problems.folder('there is no name in it')],
    ['upload-module', { max_size_mb: '0' }, 'max_size_mb', problems.megabytes],
    ['upload-module', { max_size_mb: '5.5' }, 'max_size_mb', problems.megabytes],
    ['upload-module', { max_size_mb: '5000001' }, 'max_size_mb', problems.megabytes],
    ['plugs', { event_id: 'a/b' }, 'event_id', problems.slash],
    ['heaven', { folder: '{image_type}' }, 'folder', problems.braces],
  ])('%s %j', (id, given: Record<string, string>, name, problem) => {
    expect(problemsOf(preset(id), { ...usual[id], ...given })).toEqual({ [name]: problem });
  });

  it.each([
    ['media.example.org', 'https://media.example.org'],
    ['http://localhost:8080/', 'http://localhost:8080'],
    ['https://cdn.example.org/club//', 'https://cdn.example.org/club'],
  ])('takes %s as the public address', (public_url_base, base) => {
    const rules = destination('fitness', presetWords.fitness.destinations.misc, { user_id: '1', public_url_base });
    expect(rules.publicUrlBase).toBe(base);
  });
});

it('gives presets and destinations names that no other has', () => {
  const names = presets.flatMap((one) => [
    one.name,
    ...one.destinations(usual[one.id] ?? {}).map((rules) => rules.name),
  ]);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
});
