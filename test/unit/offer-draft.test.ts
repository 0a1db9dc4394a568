import { describe, expect, test } from 'vitest';
import { destinationRulesSchema, type Destination } from '../../shared/destination.ts';
import { parseBrokerSettings } from '../../shared/broker-settings.ts';
import { placementSchema } from '../../shared/upload-plan.ts';
import { detailsOf, noDetails } from '../../renderer/features/uploads/offer/details-draft.ts';
import {
  areTooMany,
  askedFields,
  moved,
  placementOf,
  toggled,
  withExceptions,
  withRules,
  type OfferDraft,
} from '../../renderer/features/uploads/offer/draft.ts';
import { toldOf } from '../../renderer/features/uploads/offer/told.ts';
import { anyFile, rulesWords } from '../../renderer/sorting/rules.ts';

const destination = (id: number, rules: object): Destination => ({
  ...{ id, connectionId: 7 },
  rules: destinationRulesSchema.parse({ name: `D${id}`, ...rules }),
});
const photos = destination(1, { keyTemplate: '{event_id}/{name}', sorting: [{ types: ['image/*'] }] });
const films = destination(2, { keyTemplate: '{user_id}/{event_id}/{name}', fields: { user_id: 'u1' } });
const all = [photos, films];

const empty: OfferDraft = {
  ...{ to: 'destinations', connectionId: 7, prefix: '', chosen: [], fields: {}, exceptions: {} },
};
const chosen = (...ids: number[]) => ids.map((destinationId) => ({ destinationId, rules: null }));

describe('what is chosen', () => {
  test('is taken in at the end, and out again', () => {
    expect(toggled(chosen(1), 2)).toEqual(chosen(1, 2));
    // A preset makes first what is to be asked first: private photos must not go where all others do.
    expect(toggled(chosen(2, 4), 3)).toEqual(chosen(2, 3, 4));
    expect(toggled(chosen(1, 2), 1)).toEqual(chosen(2));
  });

  test('moves by one place, and not over the ends', () => {
    expect(moved(chosen(1, 2, 3), 3, -1)).toEqual(chosen(1, 3, 2));
    expect(moved(chosen(1, 2, 3), 1, 1)).toEqual(chosen(2, 1, 3));
    expect(moved(chosen(1, 2), 1, -1)).toEqual(chosen(1, 2));
    expect(moved(chosen(1, 2), 2, 1)).toEqual(chosen(1, 2));
    expect(moved(chosen(1, 2), 9, 1)).toEqual(chosen(1, 2));
  });
});

describe('a placement', () => {
  test('is none while nothing is chosen, or what was chosen is gone', () => {
    expect(placementOf(empty, all, [])).toBeNull();
    expect(placementOf({ ...empty, chosen: chosen(9) }, all, [])).toBeNull();
    expect(placementOf({ ...empty, to: 'connection', connectionId: null }, all, [])).toBeNull();
  });

  test('gives everything to a destination that is alone, and to several what their rules say', () => {
    expect(placementOf({ ...empty, chosen: chosen(1) }, all, [])).toMatchObject({ targets: [{ sorting: [] }] });
    const both = placementOf({ ...empty, chosen: chosen(2, 1) }, all, []);
    expect(both).toMatchObject({
      targets: [
        { destinationId: 2, sorting: [] },
        { destinationId: 1, sorting: [{ types: ['image/*'], folder: null, file: null }] },
      ],
    });
  });

  test('has the rules as they were changed for this upload, until they are given back', () => {
    const rules = [{ ...anyFile, folder: 'finals' }];
    const changed = withRules(chosen(1, 2), 1, rules);
    expect(placementOf({ ...empty, chosen: changed }, all, [])).toMatchObject({ targets: [{ sorting: rules }, {}] });
    expect(withRules(changed, 1, null)).toEqual(chosen(1, 2));
  });

  test('gives each destination only the fields that its keys are made of', () => {
    const fields = { event_id: 'cup', user_id: ' ', other: 'x' };
    expect(placementOf({ ...empty, chosen: chosen(1, 2), fields }, all, [])).toMatchObject({
      targets: [{ fields: { event_id: 'cup' } }, { fields: { event_id: 'cup' } }],
    });
  });

  test('leaves out what was placed by hand at a destination that is no longer chosen', () => {
    const exceptions = { 'a.jpg': 1, 'b.jpg': 2, 'c.jpg': null };
    const placement = placementOf({ ...empty, chosen: chosen(1), exceptions }, all, []);
    expect(placement).toMatchObject({ exceptions: { 'a.jpg': 1, 'c.jpg': null } });
    expect(placementSchema.parse(placement)).toEqual(placement);
  });
});

test('fields are asked for once, with the destinations that need them, and what is wrong with them', () => {
  const draft = { ...empty, chosen: chosen(1, 2) };
  expect(askedFields(draft, all, [])).toMatchObject([{ name: 'event_id', label: 'Event ID', of: 'D1, D2' }]);
  const problem = (event_id: string) => askedFields({ ...draft, fields: { event_id } }, all, [])[0]?.problem;
  expect(problem('')).toContain('needed');
  expect(problem('a/b')).toContain('must not contain');
  expect(problem('cup')).toBeNull();
  expect(askedFields({ ...draft, to: 'connection' }, all, [])).toEqual([]);
  const own = destination(3, { keyTemplate: '{field:team_name}/{name}' });
  expect(askedFields({ ...empty, chosen: chosen(3) }, [own], [])).toMatchObject([{ label: 'Team name' }]);
});

test('what a backend cannot do without is asked for too, and told to it', () => {
  const settings = (kind: string) => parseBrokerSettings({ kind, baseUrl: 'https://app.example.org' });
  const over = (kind: string) => [{ id: 7, config: { kind: 'broker' as const, settings: settings(kind) } }];
  const plain = destination(4, {});
  const draft = { ...empty, chosen: chosen(4) };
  const [asked] = askedFields(draft, [plain], over('plugs'));
  expect(asked).toMatchObject({ name: 'event_id', isTold: true, of: 'D4' });
  expect(askedFields({ ...empty, chosen: chosen(1) }, all, over('plugs'))).toMatchObject([{ isTold: false }]);
  expect(askedFields(draft, [plain], over('fitness'))).toEqual([]);
  expect(askedFields(draft, [destination(4, { fields: { event_id: 'cup' } })], over('plugs'))).toEqual([]);
  const fields = { event_id: 'cup' };
  expect(placementOf({ ...draft, fields }, [plain], over('plugs'))).toMatchObject({ targets: [{ fields }] });

  const told = (kind: string, event = '') => toldOf(7, over(kind), { ...noDetails, event });
  expect(told('plugs')).toMatchObject({ detail: 'event', problem: expect.stringContaining('needed') as string });
  expect(told('plugs', 'cup')).toMatchObject({ problem: null });
  expect(told('idance')).toMatchObject({ detail: 'session', problem: null });
  expect([told('fitness'), told('upload-module'), toldOf(8, over('plugs'), noDetails)]).toEqual([null, null, null]);
});

test('files are placed by hand, elsewhere or nowhere, and given back to the rules', () => {
  const placed = withExceptions({ a: 1 }, ['b', 'c', '__proto__'], null);
  expect(Object.entries(placed)).toEqual([
    ['a', 1],
    ['b', null],
    ['c', null],
    ['__proto__', null],
  ]);
  expect(withExceptions(placed, ['a', 'b', '__proto__'], undefined)).toEqual({ c: null });
  expect(areTooMany(placed)).toBe(false);
  expect(areTooMany(Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`${at}`, null])))).toBe(true);
  expect(areTooMany({ ['x'.repeat(1_000_000)]: null })).toBe(true);
});

test('rules read as a sentence', () => {
  expect(rulesWords([])).toBeNull();
  expect(rulesWords([anyFile])).toBe('everything');
  expect(
    rulesWords([
      { types: ['image/*', 'video/*'], folder: 'finals', file: null },
      { types: ['application/pdf', 'text/csv'], folder: null, file: '*list*' },
      { types: [], folder: 'day ?', file: null },
    ]),
  ).toBe('photos, videos in finals or PDF, text/csv named *list* or files in day ?');
});

test('tags are read from a line: each once, as many and as long as there may be', () => {
  expect(detailsOf({ ...noDetails, title: 'Cup', tags: ' cup, final,, cup ' })).toMatchObject({
    title: 'Cup',
    tags: ['cup', 'final'],
  });
  const many = Array.from({ length: 30 }, (_, at) => `tag${at}`).join(',');
  expect(detailsOf({ ...noDetails, tags: `${'x'.repeat(100)},${many}` }).tags).toHaveLength(20);
});
