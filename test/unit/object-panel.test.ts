/** What the window makes of an object, and of what a person types about it: the pure parts of its panel. */
import { describe, expect, it } from 'vitest';
import {
  changeOf,
  fieldOfRefusal,
  problemsOf,
  valuesOf,
  type EditValues,
} from '../../renderer/features/object/edit-draft.ts';
import {
  formInput,
  kindsFor,
  linkKinds,
  problemsOf as linkProblems,
  readInput,
  refusalOfKind,
  startOf,
  writeInput,
  type LinkValues,
} from '../../renderer/features/object/links-draft.ts';
import { shownNameOf } from '../../renderer/features/object/words.ts';
import type { ConnectionRights } from '../../shared/browse.ts';
import type { Reason } from '../../shared/errors.ts';
import { calls } from '../../shared/ipc.ts';
import { objectChangeSchema, type ObjectDetails } from '../../shared/objects.ts';
import type { Right } from '../../shared/rights.ts';
import { browse } from '../../shared/strings/browse.ts';
import { objects } from '../../shared/strings/objects.ts';

const denied: Reason = { kind: 'denied', name: 'S3_ACCESS_DENIED', message: 'no' };
const details: ObjectDetails = {
  ...{ connectionId: 1, key: 'cup/final.jpg', versionId: null, size: 10, modified: 0, etag: 'x', url: 'http://x/y' },
  headers: {
    ...{ contentType: 'image/jpeg', cacheControl: 'max-age=60', contentDisposition: null },
    ...{ contentEncoding: null, contentLanguage: null, expires: null },
  },
  metadata: { event: 'Größe' },
  ...{ storageClass: 'STANDARD', sse: null, checksums: {}, restore: null, receipt: null },
  tags: { known: true, value: { year: '2026' } },
  acl: { known: false, reason: denied },
  versions: { known: true, value: [] },
  moreVersions: false,
};
const start = valuesOf(details);
const typed = (change: Partial<EditValues>): EditValues => ({ ...start, ...change });

describe('what is changed of an object', () => {
  it('is nothing as long as nothing is another than it was', () => {
    expect(changeOf(start, start)).toBeNull();
    const spaces = typed({ headers: { ...start.headers, cacheControl: ' max-age=60 ' } });
    expect(changeOf(spaces, start)).toBeNull();
    expect(changeOf(typed({ tags: [...(start.tags ?? []), { name: '', value: '' }] }), start)).toBeNull();
  });

  it('is only what was changed, in a form that main takes', () => {
    const headers = { ...start.headers, cacheControl: '', contentLanguage: 'de' };
    const change = changeOf(typed({ headers, acl: 'public-read', storageClass: 'STANDARD_IA' }), start);
    expect(change).toEqual({
      headers: { cacheControl: '', contentLanguage: 'de' },
      ...{ acl: 'public-read', storageClass: 'STANDARD_IA' },
    });
    expect(objectChangeSchema.parse(change)).toEqual(change);
    const pairs = changeOf(typed({ metadata: [], tags: [{ name: ' place ', value: 'Bern' }] }), start);
    expect(pairs).toEqual({ metadata: {}, tags: { place: 'Bern' } });
  });

  it('is no storage class that it has got already, which would copy the object once more', () => {
    const wanted = typed({ storageClass: 'STANDARD_IA', acl: 'private' });
    const now = valuesOf({ ...details, storageClass: 'STANDARD_IA' });
    expect(changeOf(wanted, now)).toEqual({ acl: 'private' });
    expect(changeOf({ ...wanted, acl: 'keep' }, now)).toBeNull();
    expect(changeOf(start, now)).toBeNull();
  });

  it('leaves tags alone that could not be read', () => {
    const unread = valuesOf({ ...details, tags: { known: false, reason: denied } });
    expect(unread.tags).toBeNull();
    expect(changeOf({ ...unread, acl: 'private' }, unread)).toEqual({ acl: 'private' });
  });
});

describe('what is wrong with what was typed about an object', () => {
  const words = objects.edit.problems;
  const long = 'x'.repeat(300);

  it.each<[Partial<EditValues>, Record<string, string>]>([
    [{}, {}],
    [{ headers: { ...start.headers, contentDisposition: 'a\nb' } }, { contentDisposition: words.header }],
    [{ headers: { ...start.headers, cacheControl: 'ä' } }, { cacheControl: words.header }],
    [{ headers: { ...start.headers, contentType: 'jpeg' } }, { contentType: words.type }],
    [{ metadata: [{ name: 'a b', value: '' }] }, { 'metadata.0.name': words.metadataName }],
    [
      {
        metadata: [
          { name: 'a', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
      { 'metadata.1.name': words.twice },
    ],
    [
      { metadata: Array.from({ length: 9 }, (_, at) => ({ name: `n${at}`, value: long })) },
      { metadata: words.metadataLong },
    ],
    [{ tags: [{ name: '', value: 'x' }] }, { 'tags.0.name': words.tagName }],
    [{ tags: [{ name: 'a', value: long }] }, { 'tags.0.value': words.valueLong(256) }],
    [{ tags: Array.from({ length: 11 }, (_, at) => ({ name: `t${at}`, value: '' })) }, { tags: words.tagsMany }],
  ])('is said at its field: %j', (change, problems) => {
    const values = typed(change);
    expect(problemsOf(values)).toEqual(problems);
    // Main refuses what is refused here, but for what only a person would call wrong.
    const made = changeOf(values, start) ?? {};
    const isFine = Object.keys(problems).length === 0;
    const own = ['metadata.1.name', 'contentType'].some((field) => field in problems);
    if (!own) expect(objectChangeSchema.safeParse(made).success).toBe(isFine);
  });

  it('stands where main means it', () => {
    expect(fieldOfRefusal('change.headers.cacheControl: only letters')).toBe('cacheControl');
    expect(fieldOfRefusal('change.metadata.x: too long')).toBe('metadata');
    expect(fieldOfRefusal('The object has changed.')).toBeNull();
  });
});

describe('a link that is asked for', () => {
  const wanted = { connectionId: 1, key: 'cup/final.jpg', prefix: 'cup/' };
  const values = (change: Partial<LinkValues> = {}): LinkValues => ({ ...startOf(wanted), ...change });

  it('is what main takes', () => {
    const saved = values({ asDownload: true, fileName: ' Final.jpg ', lifetime: 86400 });
    expect(readInput(1, 'cup/final.jpg', saved)).toMatchObject({ downloadAs: 'Final.jpg', lifetime: 86400 });
    const inputs = [
      ['links.read', readInput(1, 'cup/final.jpg', saved)],
      ['links.write', writeInput(1, values({ kind: 'write', type: 'image/png' }))],
      ['links.form', formInput(1, values({ kind: 'form', type: 'image/*', largest: 5120 }))],
    ] as const;
    for (const [name, input] of inputs) expect(calls[name].input.safeParse(input).success, name).toBe(true);
  });

  it('lets every file keep its own name, in the folder that is looked at', () => {
    const folder = startOf({ connectionId: 1, key: null, prefix: 'in/' });
    expect(kindsFor({ connectionId: 1, key: null, prefix: 'in/' })).toEqual(['form', 'write']);
    expect(formInput(1, folder).limits).toMatchObject({ key: 'in/${filename}', largest: 1_000_000_000, type: null });
    expect(formInput(1, { ...folder, key: 'in/a.jpg', ownName: false }).limits.key).toBe('in/a.jpg');
  });

  it('is not offered where it would be answered with a refusal, which of the public address is up to the bucket', () => {
    const denial = (right: Right, folder: string) => ({ right, folder, except: [], setting: null, message: 'No.' });
    const free = { connectionId: 1, denials: [], readOnly: false, folders: null };
    const why = (rights: ConnectionRights) => linkKinds.map((kind) => refusalOfKind(wanted, values({ kind }), rights));
    const { readOnly } = browse.rights;
    const no = browse.rights.denied('No.');
    expect(why(free)).toEqual([null, null, null, null]);
    expect(why({ ...free, denials: [denial('read', 'cup/')] })).toEqual([null, no, null, null]);
    expect(why({ ...free, denials: [denial('write', 'cup/')] })).toEqual([null, null, no, no]);
    expect(why({ ...free, readOnly: true })).toEqual([null, null, readOnly, readOnly]);
    const elsewhere = values({ kind: 'write', key: 'in/a.jpg' });
    expect(refusalOfKind(wanted, elsewhere, { ...free, denials: [denial('write', 'cup/')] })).toBeNull();
  });

  it.each<[Partial<LinkValues>, string[]]>([
    [{}, []],
    [{ asDownload: true, fileName: ' ' }, ['fileName']],
    [{ kind: 'write', key: '' }, ['key']],
    [{ kind: 'write', key: 'in/' }, ['key']],
    [{ kind: 'write', key: 'ä'.repeat(513) }, ['key']],
    [{ kind: 'write', type: 'image/*' }, ['type']],
    [{ kind: 'form', type: 'image/*' }, []],
    [{ kind: 'form', largest: NaN }, ['largest']],
    [{ kind: 'form', largest: 6000 }, ['largest']],
  ])('is refused where it cannot be made: %j', (change, fields) => {
    expect(Object.keys(linkProblems(values(change)))).toEqual(fields);
  });
});

it('shows in a name what would hide in it', () => {
  expect(shownNameOf('a/right\u202eto\nleft\u200f\u0000.jpg')).toBe('right\\u{202e}to\\u{a}left\\u{200f}\\u{0}.jpg');
  expect(shownNameOf('Größe <b>1 日本.jpg')).toBe('Größe <b>1 日本.jpg');
  expect(shownNameOf('a/   ')).toBe('"   "');
  expect(shownNameOf('a/')).toBe('(no name)');
});
