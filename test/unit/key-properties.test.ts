/** What must hold of a key whatever the template, the path, the fields and the dates are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SidelineError } from '../../shared/errors.ts';
import {
  keyDate,
  longestKey,
  normalPrefix,
  objectKey,
  parseKeyTemplate,
  placeholdersOf,
  renderKey,
  takenDate,
  withOtherName,
  type KeyValues,
  type Source,
} from '../../shared/key-template/index.ts';
import { seededRandom } from '../servers/random.ts';

const { seed } = seededRandom('keys');
const runs = 5000;

/** Texts that are hard on keys: Unicode of every kind, halves of pairs, dots, slashes, and what systems reserve. */
const nasty = fc.constantFrom(
  '.',
  '..',
  '...',
  '/',
  '//',
  '\\',
  ' ',
  'CON',
  '\u0000',
  '\u0301',
  '\ud83d',
  '\uffff',
  '👩‍👩‍👧',
  'ﷺ',
);
const characters = fc.string({ unit: 'binary', maxLength: 12 });
const niceText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !/[/\\{}]/.test(text));
const bytesOf = (text: string) => new TextEncoder().encode(text).length;
/** About as long as a key may be, or longer: fast-check by itself draws short ones. */
const longText = fc
  .tuple(niceText, fc.integer({ min: 1, max: 1100 }))
  .map(([text, bytes]) => text.repeat(Math.ceil(bytes / bytesOf(text))));
const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }) },
  characters,
  longText,
  nasty,
  fc.array(fc.oneof(nasty, characters), { maxLength: 6 }).map((all) => all.join('')),
);

const pattern = fc
  .array(
    fc.constantFrom('yyyy', 'yy', 'MM', 'dd', 'HH:mm', 'ss', 'SSS', 'SSSSSS', '/', '-', '_', '.', 'T', '月', ' '),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((parts) => parts.join(''));
const fieldNames = ['user_id', 'event_id', 'session_id', 'image_type', 'team', 'age_2'] as const;
const placeholder = fc.oneof(
  fc
    .constantFrom(
      ...['user_id', 'event_id', 'session_id', 'image_type', 'relative_path', 'relative_dir', 'name', 'stem', 'ext'],
      ...[
        'slug',
        'width',
        'height',
        'counter',
        'yyyy',
        'MM',
        'dd',
        'HH',
        'mm',
        'ss',
        'HHmmss',
        'microseconds',
        'timestamp',
        'unix',
      ],
      ...['uuid', 'uuid:short', 'unique_id', 'hex8', 'filename'],
    )
    .map((name) => `{${name}}`),
  fc.constantFrom(...fieldNames).map((name) => `{field:${name}}`),
  fc.constantFrom(...fieldNames).map((name) => `{slug:${name}}`),
  pattern.map((written) => `{taken:${written}}`),
  pattern.map((written) => `{date:${written}}`),
  fc.integer({ min: 1, max: 12 }).map((width) => `{counter:${width}}`),
  fc.integer({ min: 4, max: 32 }).map((width) => `{hex:${width}}`),
);
const templateText = fc
  .array(fc.oneof({ weight: 3, arbitrary: placeholder }, fc.constantFrom('/', '.', '-', '_'), niceText), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

const relativePath = fc.oneof(
  { weight: 3, arbitrary: fc.array(niceText, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')) },
  fc.tuple(niceText, fc.constantFrom('jpg', 'JPG', 'tar.gz', 'İ', '', '.')).map((parts) => parts.join('.')),
  longText,
  anyText,
);
const ms = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 }),
  fc.double({ min: 1e12, max: 2e12, noNaN: true }),
);
const zone = fc.constantFrom('utc' as const, 'local' as const);
const twoDigits = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'));
const wall = fc
  .tuple(
    fc.integer({ min: 0, max: 9999 }),
    fc.array(twoDigits, { minLength: 5, maxLength: 5 }),
    fc.stringMatching(/^(\.\d{1,6})?$/),
  )
  .map(([year, [month, day, hour, minute, second], fraction]) => {
    return `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}${fraction}`;
  });
const camera = fc.record({
  wall: fc.oneof(
    wall,
    fc.date({ min: new Date(0), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 19)),
  ),
  offset: fc.option(fc.integer({ min: -1080, max: 1080 })),
});

const values: fc.Arbitrary<KeyValues> = fc.record({
  fields: fc.oneof(
    { weight: 3, arbitrary: fc.record(Object.fromEntries(fieldNames.map((name) => [name, niceText]))) },
    fc.dictionary(fc.constantFrom(...fieldNames), anyText),
  ),
  relativePath,
  date: fc.tuple(ms, zone).map(([moment, of]) => keyDate(moment, of)),
  taken: fc.tuple(fc.option(camera), ms, zone).map(([taken, otherwise, of]) => takenDate(taken, otherwise, of)),
  measures: fc.record({ width: fc.option(fc.integer({ min: 1 })), height: fc.option(fc.integer({ min: 1 })) }),
  counter: fc.integer({ min: 1, max: 10_000_000 }),
  ids: fc.record({ uuid: fc.uuid({ version: 4 }), hex8: fc.stringMatching(/^[0-9a-f]{8}$/) }),
});

/** What an act gives, or null where it was refused in words; everything else thrown is a failure. */
function unlessRefused<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SidelineError)) throw error;
    expect(['invalid-input', 'key-invalid']).toContain(error.kind);
    expect(error.subject).toMatch(/\S/);
    return null;
  }
}

function expectGoodKey(key: string): void {
  expect(key).not.toBe('');
  expect(key.isWellFormed()).toBe(true);
  expect(key.normalize('NFC')).toBe(key);
  expect(bytesOf(key)).toBeLessThanOrEqual(longestKey);
  for (const segment of key.split('/')) expect(['', '.', '..']).not.toContain(segment);
}

describe('a key', () => {
  it('is a good one and stays in its prefix, or is refused in words', () => {
    const counted = { refused: 0, made: 0 };
    const holds = fc.property(templateText, values, anyText, (text, of, prefix) => {
      const template = unlessRefused(() => parseKeyTemplate(text));
      const key = template && unlessRefused(() => renderKey(template, of));
      if (template === null || key === null) {
        counted.refused++;
        return;
      }
      counted.made++;
      expectGoodKey(key);
      expect(template.text).toBe(text);
      expect(renderKey(parseKeyTemplate(template.text), structuredClone(of))).toBe(key);

      const whole = unlessRefused(() => objectKey(prefix, key));
      if (whole === null) return;
      expectGoodKey(whole);
      expect(whole).toBe(normalPrefix(prefix).normalize('NFC') + key);
    });
    fc.assert(holds, { seed, numRuns: runs });
    // Else the properties were shown of hardly anything.
    expect(counted.made).toBeGreaterThan(runs / 4);
    expect(counted.refused).toBeGreaterThan(runs / 20);
  });

  it('is made by templates of any text, or those are refused in words', () => {
    const signs = fc.constantFrom('{', '}', ':', '/', 'taken', 'hex', 'slug', 'field', 'yyyy', '8', '__proto__');
    const text = fc.oneof(
      anyText,
      fc.array(fc.oneof(signs, anyText), { maxLength: 8 }).map((parts) => parts.join('')),
    );
    const holds = fc.property(text, (written) => {
      const template = unlessRefused(() => parseKeyTemplate(written));
      if (template === null) return;
      expect(template.text).toBe(written);
      expect(JSON.parse(JSON.stringify(template))).toEqual(template);
    });
    fc.assert(holds, { seed, numRuns: runs });
  });

  it('hangs on nothing that its template does not ask for', () => {
    const holds = fc.property(templateText, values, values, (text, one, other) => {
      const template = unlessRefused(() => parseKeyTemplate(text));
      if (template === null) return;
      const asked = placeholdersOf(template);
      const has = (source: Source) => asked.some(({ from }) => from === source);
      // A stem that no slug can be made of becomes hexadecimal digits.
      const random = has('random') || asked.some(({ name }) => name === 'slug');
      const fields = asked.filter(({ from }) => from === 'field');
      const mixed: KeyValues = {
        ...one,
        fields: Object.fromEntries(fields.map(({ name }) => [name, one.fields[name] ?? ''])),
        taken: has('taken') ? one.taken : other.taken,
        counter: has('counter') ? one.counter : other.counter,
        ids: random ? one.ids : other.ids,
      };
      expect(unlessRefused(() => renderKey(template, mixed))).toBe(unlessRefused(() => renderKey(template, one)));
    });
    fc.assert(holds, { seed, numRuns: runs });
  });

  it('has other names, all of them good, in the same folder and of the same kind', () => {
    const folder = fc.constantFrom('', 'a/', `${'f'.repeat(255)}/`);
    const ext = fc.constantFrom('', '.jpg', '.JPEG', '.tar.gz', '.写');
    const full = fc.tuple(folder, niceText, ext, fc.integer({ min: 0, max: 8 })).map(([before, text, after, spare]) => {
      const room = longestKey - spare - bytesOf(before + after);
      return before + text.repeat(Math.floor(room / bytesOf(text))) + after;
    });
    const keys = fc.oneof(
      full,
      fc.tuple(folder, anyText, ext).map((parts) => parts.join('')),
    );
    let shortened = 0;
    const holds = fc.property(keys, fc.integer({ min: 2, max: 99_999 }), (path, n) => {
      const key = unlessRefused(() => objectKey('', path));
      if (key === null) return;
      const other = withOtherName(key, n);
      expectGoodKey(other);
      expect(withOtherName(key, n + 1)).not.toBe(other);
      const parts = /^(.*\/)?([^/]+?)(\.[^./]+)?$/su.exec(key);
      const [, folders = '', stem = '', extension = ''] = parts ?? [];
      expect(other.startsWith(folders) && other.endsWith(`-${n}${extension}`)).toBe(true);

      const kept = other.slice(folders.length, other.length - `-${n}${extension}`.length);
      expect(stem.startsWith(kept)).toBe(true);
      if (kept === stem) return;
      shortened++;
      const marks = [...new Intl.Segmenter('en').segment(stem)];
      const next = marks.find(({ index }) => index === kept.length);
      // It ends where a character does, and the next one would have been too much.
      expect(bytesOf(other) + bytesOf(next?.segment ?? '')).toBeGreaterThan(longestKey);
    });
    fc.assert(holds, { seed, numRuns: runs });
    expect(shortened).toBeGreaterThan(runs / 100);
  });
});

describe('a date', () => {
  it('has its parts in their bounds, whatever the camera and the file say', () => {
    const holds = fc.property(fc.option(camera), ms, zone, (taken, otherwise, of) => {
      for (const date of [keyDate(otherwise, of), takenDate(taken, otherwise, of)]) {
        const least = { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 };
        const most = { year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59, microsecond: 999_999 };
        for (const part of Object.keys(least) as (keyof typeof least)[]) {
          expect(date[part]).toBeGreaterThanOrEqual(least[part]);
          expect(date[part]).toBeLessThanOrEqual(most[part]);
        }
        for (const part of Object.values(date)) expect(Number.isSafeInteger(part)).toBe(true);
      }
    });
    fc.assert(holds, { seed, numRuns: runs });
  });
});

describe('a slug', () => {
  it('is one word for an address', () => {
    const [first] = fc.sample(values, { seed, numRuns: 1 });
    if (first === undefined) throw new Error('no sample');
    const template = parseKeyTemplate('{slug}');
    const holds = fc.property(relativePath, (path) => {
      const word = unlessRefused(() => renderKey(template, { ...first, relativePath: path }));
      if (word !== null) expect(word).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    });
    fc.assert(holds, { seed, numRuns: runs });
  });
});
