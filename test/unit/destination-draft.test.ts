import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acls,
  destinationRulesSchema,
  imageFormats,
  storageClasses,
  type Destination,
  type DestinationRules,
} from '../../shared/destination.ts';
import { presets } from '../../shared/presets/index.ts';
import { destinations as words } from '../../shared/strings/destinations.ts';
import { draftOf, startValues, valuesOf, type FormValues } from '../../renderer/features/destinations/draft.ts';
import {
  acceptedWords,
  exampleKey,
  askedFields,
  freeName,
  preparationWords,
} from '../../renderer/features/destinations/facts.ts';
import { sectionIds, sectionOf, summaryOf } from '../../renderer/features/destinations/sections.ts';
import { seededRandom } from '../servers/random.ts';

const rulesWith = (some: object): DestinationRules => destinationRulesSchema.parse({ name: 'Photos', ...some });
const filled = (change: Partial<FormValues> = {}): FormValues => ({ ...startValues(1), name: 'Photos', ...change });

function problemsOf(change: Partial<FormValues>, others: readonly Destination[] = []) {
  const made = draftOf(filled(change), others);
  return 'problems' in made ? made.problems : {};
}

/** All that rules can be: what a form shows must be what it saves. */
const image = fc.record({
  format: fc.constantFrom(...imageFormats),
  width: fc.option(fc.integer({ min: 1, max: 16_384 })),
  height: fc.option(fc.integer({ min: 1, max: 16_384 })),
  fit: fc.constantFrom('inside', 'cover'),
  quality: fc.integer({ min: 1, max: 100 }),
  ...{ optimise: fc.boolean(), keepMetadata: fc.boolean() },
});
const template = fc.constantFrom('{relative_path}', '{taken:yyyy}/{slug}.{ext}', '{event_id}/{field:team}/{name}');
const types = fc.uniqueArray(fc.constantFrom('image/*', 'image/jpeg', 'video/*', 'application/pdf', 'text/plain'));
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const rules = fc.record({
  name: word,
  prefix: fc.constantFrom('', 'cup', 'a/b'),
  keyTemplate: template,
  fields: fc.dictionary(word, fc.stringMatching(/^[a-z0-9]{1,5}$/), { maxKeys: 3 }),
  zone: fc.constantFrom('utc', 'local'),
  sorting: fc.array(fc.record({ types, folder: fc.option(word), file: fc.option(word) }), { maxLength: 3 }),
  accepts: types,
  maxSize: fc.option(fc.integer({ min: 1, max: 2 ** 40 })),
  overwrite: fc.constantFrom('never', 'replace', 'skip-equal'),
  image: fc.option(image),
  derived: fc.uniqueArray(fc.record({ name: word, keyTemplate: template, image }), {
    maxLength: 3,
    selector: ({ name }) => name,
  }),
  videoStill: fc.option(fc.record({ keyTemplate: template, image })),
  contentType: fc.option(fc.constantFrom('image/jpeg', 'text/html')),
  cacheControl: fc.option(fc.constantFrom('max-age=60', 'private, no-store')),
  contentDisposition: fc.option(fc.constantFrom('inline', 'attachment')),
  acl: fc.option(fc.constantFrom(...acls)),
  metadata: fc.dictionary(word, fc.constantFrom('a', 'Straße'), { maxKeys: 3 }),
  tags: fc.dictionary(word, fc.constantFrom('a', 'b c'), { maxKeys: 3 }),
  sse: fc.option(
    fc.oneof(
      fc.record({ by: fc.constant('AES256') }),
      fc.record({ by: fc.constant('aws:kms'), keyId: fc.option(fc.constant('alias/club')) }),
    ),
  ),
  storageClass: fc.option(fc.constantFrom(...storageClasses)),
  publicUrlBase: fc.option(fc.constant('https://media.example.org')),
  linkLifetime: fc.integer({ min: 60, max: 604_800 }),
  ownFolderOnly: fc.boolean(),
});

describe('the form of a destination', () => {
  it('saves what it shows, whatever the rules are', () => {
    const { seed } = seededRandom('destination form');
    fc.assert(
      fc.property(rules, fc.option(fc.constantFrom('', 'raw')), (some, original) => {
        // Without an image that is prepared there are no originals to keep, and a form does not ask.
        const given = rulesWith({ ...some, originalPrefix: some.image === null ? null : original });
        const made = draftOf(valuesOf({ connectionId: 7, rules: given }), []);
        expect(made).toEqual({ connectionId: 7, rules: { ...given, accepts: expect.any(Array) as string[] } });
        if ('rules' in made) expect(new Set(made.rules.accepts)).toEqual(new Set(given.accepts));
      }),
      { seed, numRuns: 400 },
    );
  });

  it.each(presets)('shows the preset $id', ({ asks, destinations }) => {
    for (const made of destinations(Object.fromEntries(asks.map(({ name, example }) => [name, example])))) {
      expect(draftOf(valuesOf({ connectionId: 1, rules: made }), [])).toEqual({ connectionId: 1, rules: made });
      for (const section of sectionIds)
        expect(summaryOf(section, valuesOf({ connectionId: 1, rules: made }))).not.toBe('');
      expect(exampleKey(made)).not.toMatch(/^\/|\/\//);
      expect(acceptedWords(made)).not.toBe('');
    }
  });

  it.each<[string, Partial<FormValues>, Record<string, string>]>([
    ['no name', { name: ' ' }, { name: words.problems.missing }],
    ['a long name', { name: 'x'.repeat(101) }, { name: words.problems.nameLong }],
    ['no connection', { connectionId: null }, { connectionId: words.problems.missing }],
    ['a folder that climbs', { prefix: 'a/../b' }, { prefix: words.problems.prefix('a segment that is only ".."') }],
    ['a long folder', { prefix: 'x'.repeat(901) }, { prefix: expect.stringContaining('1024') as string }],
    [
      'an unknown placeholder',
      { keyTemplate: '{use}' },
      { keyTemplate: expect.stringContaining('did you mean') as string },
    ],
    ['no template', { keyTemplate: '' }, { keyTemplate: expect.stringContaining('it is empty') as string }],
    ['a field too long', { fields: { team: 'x'.repeat(501) } }, { 'fields.team': words.problems.fieldLong }],
    ['no type', { types: 'image/jpeg, photos' }, { types: words.problems.type('photos') }],
    ['a size in words', { maxSize: 'ten' }, { maxSize: words.problems.megabytes }],
    ['a size of nothing', { maxSize: '0' }, { maxSize: words.problems.megabytes }],
    [
      'measures that are none',
      { prepare: true, image: { ...filled().image, width: '0', height: '9e9', quality: '' } },
      {
        'image.width': words.problems.number(1, 16_384),
        'image.height': words.problems.number(1, 16_384),
        'image.quality': words.problems.number(1, 100),
      },
    ],
    [
      'a size with a name of two words, and one that is there twice',
      {
        derived: ['two words', 'small', 'small'].map((name) => ({
          name,
          keyTemplate: 'x/{name}',
          image: filled().image,
        })),
      },
      { 'derived.0.name': words.problems.sizeName, 'derived.2.name': words.problems.twice },
    ],
    [
      'a still without a template',
      { still: true, stillTemplate: '' },
      { 'videoStill.keyTemplate': expect.any(String) as string },
    ],
    ['a Content-Type that is none', { contentType: 'jpeg' }, { contentType: words.problems.type('jpeg') }],
    ['a header of two lines', { cacheControl: 'a\nb' }, { cacheControl: words.problems.header }],
    [
      'metadata with a wrong name, without one, and twice',
      { metadata: ['A B', '', 'team', 'team'].map((name) => ({ name, value: 'x' })) },
      {
        'metadata.0.name': words.problems.metadataName,
        'metadata.1.name': words.problems.missing,
        'metadata.3.name': words.problems.twice,
      },
    ],
    [
      'metadata beyond 2 kB',
      { metadata: ['a', 'b', 'c'].map((name) => ({ name, value: 'x'.repeat(1000) })) },
      { metadata: words.problems.metadataLong },
    ],
    [
      'eleven tags',
      { tags: Array.from({ length: 11 }, (_, at) => ({ name: `t${at}`, value: '' })) },
      { tags: words.problems.tagsMany },
    ],
    ['an address without https', { publicUrlBase: 'media.example.org' }, { publicUrlBase: words.problems.address }],
    ['links of no time', { linkLifetime: '' }, { linkLifetime: words.problems.minutes }],
    ['links of two weeks', { linkLifetime: '20160' }, { linkLifetime: words.problems.minutes }],
  ])('refuses %s at its field', (_what, change, problems) => {
    expect(problemsOf(change)).toEqual(problems);
  });

  it('refuses the name of another destination', () => {
    const other = { id: 2, connectionId: 1, rules: rulesWith({}) };
    expect(problemsOf({ name: ' Photos ' }, [other])).toEqual({ name: words.problems.nameTaken });
    expect(problemsOf({}, [])).toEqual({});
  });

  it('leaves out lines that nothing was written into, and what is switched off', () => {
    const made = draftOf(
      filled({
        ...{ metadata: [{ name: '', value: ' ' }], tags: [{ name: ' ', value: '' }], fields: { team: ' ' } },
        ...{ prepare: false, keepOriginals: true, still: false, stillTemplate: 'no{' },
        image: { ...filled().image, width: 'off' },
      }),
      [],
    );
    expect(made).toMatchObject({ rules: { metadata: {}, tags: {}, fields: {}, image: null, originalPrefix: null } });
  });

  it('knows in which group each field is', () => {
    const fields = [
      'name',
      'fields.team',
      'sorting.0.file',
      'overwrite',
      'derived.0.image.width',
      'tags.0.name',
      'kmsKey',
      'linkLifetime',
    ];
    expect(fields.map(sectionOf)).toEqual(['where', 'where', 'taken', 'exists', 'images', 'stored', 'stored', 'links']);
  });
});

describe('the card of a destination', () => {
  it('says what is taken and what is made of it', () => {
    expect(acceptedWords(rulesWith({}))).toBe('Everything');
    expect(
      acceptedWords(rulesWith({ accepts: ['image/*', 'video/mp4', 'application/pdf'], maxSize: 10_000_000 })),
    ).toBe('Images, mp4, PDF, up to 10 MB');
    const derived = [{ name: 'a', keyTemplate: '{name}', image: {} }];
    const still = { keyTemplate: '{name}', image: {} };
    const all = rulesWith({
      image: { width: 2048, format: 'webp' },
      originalPrefix: 'raw',
      derived,
      videoStill: still,
    });
    expect(preparationWords(all)).toEqual([
      'Images at most 2,048 × any, WebP, quality 82',
      '+ 1 size',
      'originals kept',
      'a still of each video',
    ]);
    expect(preparationWords(rulesWith({}))).toEqual([]);
  });

  it('has a key as an example, in which what is asked for later stays open', () => {
    const some = { prefix: 'cup', keyTemplate: '{event_id}/{field:team}/{name}', fields: { team: 'blue' } };
    expect(exampleKey(rulesWith(some))).toBe('cup/{event_id}/blue/IMG_2041.jpg');
    expect(exampleKey(rulesWith({ ...some, accepts: ['video/*'] }))).toBe('cup/{event_id}/blue/GX010042.mp4');
    expect(exampleKey(rulesWith({ keyTemplate: '{name}', prefix: 'a/../b' }))).toBe('{name}');
  });

  it('asks for the fields of all templates, each once', () => {
    const derived = [{ name: 'a', keyTemplate: '{user_id}/{event_id}', image: {} }];
    const some = rulesWith({ keyTemplate: '{event_id}/{name}', derived });
    expect(askedFields(some)).toEqual(['event_id', 'user_id']);
    expect(askedFields({ ...some, keyTemplate: '{' })).toEqual(['user_id', 'event_id']);
  });

  it('finds a name that is free', () => {
    expect(freeName('Photos', new Set())).toBe('Photos');
    expect(freeName('Photos', new Set(['Photos', 'Photos 2']))).toBe('Photos 3');
    expect(freeName('x'.repeat(100), new Set(['x'.repeat(100)]))).toBe(`${'x'.repeat(98)} 2`);
  });
});
