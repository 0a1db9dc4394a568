/** What the window makes of a change to a bucket: its values as a form has them, and its lines as they are shown. */
import { describe, expect, test } from 'vitest';
import { lineDiff } from '../../electron/admin/bucket-check/line-diff.ts';
import { folded } from '../../renderer/features/bucket/fold.ts';
import {
  fieldOf,
  fieldsOf,
  isComplete,
  mendOf,
  problemsOf,
  proposals,
  valuesOf,
} from '../../renderer/features/bucket/mend-draft.ts';
import { refusalOfMend, refusalToForget } from '../../renderer/features/bucket/allowed.ts';
import type { ConnectionRights } from '../../shared/browse.ts';
import {
  mendNames,
  mendSchema,
  type DiffLine,
  type Mend,
  type ReadOutcome,
  type SettingName,
} from '../../shared/bucket-check.ts';
import { wayToForget, type MissingObject } from '../../shared/orphans.ts';
import { orphans } from '../../shared/strings/orphans.ts';

describe('folded', () => {
  const texts = (count: number, word: string) => Array.from({ length: count }, (_, at) => `${word} ${at}`);
  const shape = (lines: readonly DiffLine[]) =>
    folded(lines).map((piece) => ('hidden' in piece ? -piece.hidden.length : piece.lines.length));
  const all = (lines: readonly DiffLine[]) =>
    folded(lines).flatMap((piece) => ('hidden' in piece ? piece.hidden : piece.lines));

  test.each<[string, string[], string[], number[]]>([
    ['nothing was set', [], texts(20, 'new'), [20]],
    ['one in the middle', texts(40, 'old'), texts(40, 'old').toSpliced(20, 0, 'new'), [-17, 7, -17]],
    ['at the end', texts(10, 'old'), [...texts(10, 'old'), 'new'], [-7, 4]],
    ['three lines are not worth folding', texts(6, 'old'), [...texts(6, 'old'), 'new'], [3, 4]],
    ['changes near each other', texts(12, 'old'), texts(12, 'old').toSpliced(2, 1, 'x').toSpliced(9, 1, 'y'), [14]],
    ['nothing changes', texts(9, 'old'), texts(9, 'old'), [-9]],
  ])('%s', (_what, before, after, expected) => {
    const lines = lineDiff(before.join('\n'), after.join('\n'));
    expect(shape(lines)).toEqual(expected);
    expect(all(lines)).toEqual(lines);
  });
});

describe('the values of a mend', () => {
  const complete: Mend[] = [
    { mend: 'cors', origins: ['https://app.example.org', 'http://localhost:3000'], upload: true },
    { mend: 'abort-uploads', days: 7 },
    { mend: 'expire', prefix: 'temp/', days: 30 },
    { mend: 'archive', prefix: 'sessions/', days: 90, storageClass: 'GLACIER_IR' },
    { mend: 'encryption', by: 'aws:kms', keyId: 'alias/club' },
    { mend: 'encryption', by: 'AES256', keyId: null },
    { mend: 'versioning' },
    { mend: 'public-read', prefix: 'open/' },
    { mend: 'public-read', prefix: 'open/', instead: true },
    { mend: 'cors', origins: ['https://app.example.org'], upload: true, instead: true },
    { mend: 'allow-public', by: 'acl' },
  ];

  test.each(complete)('come back as they went in: $mend', (mend) => {
    expect(mendOf(mend, valuesOf(mend))).toEqual(mend);
    expect(mendSchema.parse(mendOf(mend, valuesOf(mend)))).toEqual(mend);
    expect(isComplete(mend)).toBe(true);
  });

  test('every mend but the one that must be in the way can be chosen', () => {
    const chosen = proposals.map(({ mend }) => mend);
    expect([...chosen, 'allow-public'].toSorted()).toEqual(mendNames.toSorted());
  });

  test('what is missing is said at its field', () => {
    for (const mend of proposals) {
      const missing = Object.keys(problemsOf(mend, valuesOf(mend)));
      expect(missing.length > 0).toBe(!mendSchema.safeParse(mend).success);
      expect(fieldsOf[mend.mend]).toEqual(expect.arrayContaining(missing));
    }
  });

  test('addresses are taken in lines or with commas, and a key of KMS only with KMS', () => {
    const cors: Mend = { mend: 'cors', origins: [], upload: false };
    const origins = ' https://a.example.org \n\nhttps://b.example.org, https://c.example.org';
    expect(mendOf(cors, { ...valuesOf(cors), origins })).toMatchObject({
      origins: ['https://a.example.org', 'https://b.example.org', 'https://c.example.org'],
    });
    const encryption: Mend = { mend: 'encryption', by: 'AES256', keyId: null };
    expect(mendOf(encryption, { ...valuesOf(encryption), keyId: 'alias/club' })).toEqual(encryption);
  });

  test.each([
    ['mend.origins.0: an origin is written like https://app.example.org', 'origins'],
    ['mend.prefix: name a folder, such as temp/', 'prefix'],
    ['The storage refuses it.', null],
  ])('%s', (message, field) => {
    expect(fieldOf(message)).toBe(field);
  });
});

test('a change is not offered that is denied for its setting, or whose setting cannot be read', () => {
  const rights: ConnectionRights = {
    ...{ connectionId: 1, readOnly: false, folders: null },
    denials: [{ right: 'write-settings', folder: '', except: [], setting: 'cors', message: 'Access was denied.' }],
  };
  const read = (name: SettingName, outcome: ReadOutcome, message = '') => ({ name, outcome, text: '', message });
  const reads = [read('cors', 'read'), read('lifecycle', 'read'), read('encryption', 'unsupported', 'It has none.')];
  expect(refusalOfMend('cors', rights, reads)).toContain('Access was denied.');
  expect(refusalOfMend('expire', rights, reads)).toBe(null);
  expect(refusalOfMend('encryption', rights, reads)).toBe('It has none.');
  expect(refusalOfMend('versioning', rights, reads)).toBe(null);
  expect(refusalOfMend('expire', { ...rights, readOnly: true }, reads)).toContain('read-only');
});

describe('what is gone', () => {
  const record = {
    ...{ connectionId: 2, name: 'Team', baseUrl: 'https://app.example.org', id: '7', publicUrl: null },
    ...{ values: { event_id: 'cup' }, removable: true },
  };
  const fixed = { ...record, removable: false };
  const gone = { key: 'a.jpg', size: 1, finishedAt: 1, source: '' };

  test.each<[string, Pick<MissingObject, 'id' | 'record'>, boolean, ReturnType<typeof wayToForget>]>([
    ['a receipt', { id: 1, record: null }, false, 'receipt'],
    ['a receipt, where nothing is changed', { id: 1, record: null }, true, 'receipt'],
    ["a backend's record", { id: null, record }, false, 'record'],
    ["a backend's record, where nothing is changed", { id: null, record }, true, 'refused'],
    ["a backend's record that it cannot delete", { id: null, record: fixed }, false, 'refused'],
    ['both', { id: 1, record }, false, 'record'],
    ['both, where nothing is changed', { id: 1, record }, true, 'receipt'],
    ['both, where the backend cannot delete', { id: 1, record: fixed }, false, 'receipt'],
  ])('%s', (_what, of, readOnly, way) => {
    expect(wayToForget({ ...gone, ...of }, readOnly)).toBe(way);
  });

  test('is not offered to be forgotten where only backends know of it and nothing is changed', () => {
    const rights = { connectionId: 1, readOnly: true, folders: null, denials: [] };
    expect(refusalToForget({ count: 3, foreign: 3 }, rights)).toContain('read-only');
    expect(refusalToForget({ count: 3, foreign: 2 }, rights)).toBe(null);
    expect(refusalToForget({ count: 3, foreign: 3 }, { ...rights, readOnly: false })).toBe(null);
    expect(refusalToForget({ count: 0, foreign: 0 }, rights)).toBe(null);
  });

  test('says who knows of it', () => {
    expect(orphans.knownFrom(true, 'Team')).toBe('This computer, Team');
    expect(orphans.knownFrom(false, 'Team')).toBe('Team');
    expect(orphans.knownFrom(true, null)).toBe('This computer');
  });
});
