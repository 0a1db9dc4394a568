/** Which folders a destination's keys lie in, and what a connection shows whose destinations lock it. */
import { describe, expect, it } from 'vitest';
import { destinationRulesSchema } from '../../shared/destination.ts';
import { foldersOf, isWithin, ownFolders } from '../../shared/own-folder.ts';

const rules = (of: object) => destinationRulesSchema.parse({ name: 'D', ...of });
const folders = (of: object) => ownFolders(rules(of));

describe('the folder of a destination', () => {
  it.each([
    [{}, ['']],
    [{ prefix: '/events//' }, ['events/']],
    [{ prefix: 'events', keyTemplate: 'photos/{name}' }, ['events/photos/']],
    [{ keyTemplate: 'sessions/{user_id}/{session_id}/{timestamp}.mp4', fields: { user_id: '7' } }, ['sessions/7/']],
    [{ keyTemplate: 'sessions/{user_id}/{session_id}.mp4' }, ['sessions/']],
    [{ keyTemplate: '{slug:team}/{date:yyyy}/{name}', fields: { team: 'U14 Blue' } }, ['u14-blue/']],
    [{ keyTemplate: '{user_id}-{uuid}.{ext}', prefix: 'media', fields: { user_id: '7' } }, ['media/']],
    [{ keyTemplate: 'a/{field:team}/b/{name}', fields: { team: 'x' } }, ['a/x/b/']],
    // A value that can be in no key ends what is fixed.
    [{ keyTemplate: 'a/{user_id}/{name}', fields: { user_id: '../b' } }, ['a/']],
    [{ keyTemplate: 'a/{user_id}/{name}', fields: { user_id: ' ' } }, ['a/']],
    // No key can be made with it.
    [{ prefix: '../up', keyTemplate: '{name}' }, []],
  ])('%j -> %j', (of, expected) => {
    expect(folders(of)).toEqual(expected);
  });

  it('is that of everything that is made of a file, none within another', () => {
    const image = {};
    const derived = [
      { name: 'thumbnail', keyTemplate: 'thumbs/{name}', image },
      { name: 'small', keyTemplate: 'photos/small/{name}', image },
    ];
    expect(folders({ keyTemplate: 'photos/{name}', derived, originalPrefix: 'raw' })).toEqual([
      'photos/',
      'thumbs/',
      'raw/photos/',
    ]);
  });
});

describe('what a connection shows', () => {
  const destination = (id: number, connectionId: number, of: object) => ({ id, connectionId, rules: rules(of) });

  it('everything, where nobody is locked', () => {
    expect(foldersOf(1, [destination(1, 1, { prefix: 'a' })])).toBeNull();
    expect(foldersOf(1, [destination(1, 2, { prefix: 'a', ownFolderOnly: true })])).toBeNull();
  });

  it('the folders of all of its destinations, as soon as one of them locks', () => {
    const all = [
      destination(1, 1, { prefix: 'a', ownFolderOnly: true }),
      destination(2, 1, { prefix: 'b/c' }),
      destination(3, 2, { prefix: 'd' }),
    ];
    expect(foldersOf(1, all)).toEqual(['a/', 'b/c/']);
    expect(isWithin(foldersOf(1, all), 'a/x.jpg')).toBe(true);
    expect(isWithin(foldersOf(1, all), 'ab/x.jpg')).toBe(false);
    expect(isWithin(foldersOf(1, all), '')).toBe(false);
  });

  it('is not opened by one without a lock whose keys begin at the root', () => {
    const all = [destination(1, 1, { prefix: 'a', ownFolderOnly: true }), destination(2, 1, {})];
    expect(foldersOf(1, all)).toEqual(['a/']);
  });
});
