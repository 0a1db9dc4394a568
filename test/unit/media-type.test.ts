/** What a file is taken for, what a destination takes, and where rules send it. */
import { describe, expect, it } from 'vitest';
import { typeOf } from '../../electron/engine/inspect/type-of.ts';
import { sortingRuleSchema } from '../../shared/destination.ts';
import { accepts, plainType } from '../../shared/media-type.ts';
import { matches, sortInto } from '../../shared/sorting.ts';

describe('a file is taken for', () => {
  it.each([
    ['a.jpg', 'image/jpeg', 'image/jpeg', 'content', false],
    ['A.JPG', 'image/jpeg', 'image/jpeg', 'content', false],
    ['no extension', 'image/jpeg', 'image/jpeg', 'content', false],
    ['.jpg', 'image/png', 'image/png', 'content', true],
    // what is called an image and is none
    ['a.jpg', 'application/pdf', 'application/pdf', 'content', true],
    ['a.jpg', 'application/xml', 'application/xml', 'content', true],
    ['a.jpg', 'application/zip', 'application/zip', 'content', true],
    ['a.jpg', null, 'application/octet-stream', 'nothing', true],
    ['a.heic', null, 'application/octet-stream', 'nothing', true],
    ['a.mp4', null, 'application/octet-stream', 'nothing', true],
    // one format under several names
    ['a.mp4', 'video/quicktime', 'video/quicktime', 'content', false],
    ['a.mov', 'video/mp4', 'video/mp4', 'content', false],
    ['a.m4a', 'video/mp4', 'video/mp4', 'content', false],
    ['a.m4a', 'audio/mp4', 'audio/mp4', 'content', false],
    ['GX010001.LRV', 'video/mp4', 'video/mp4', 'content', false],
    ['a.heic', 'image/heif', 'image/heif', 'content', false],
    ['a.png', 'image/apng', 'image/apng', 'content', false],
    ['a.avi', 'video/vnd.avi', 'video/x-msvideo', 'content', false],
    ['a.mkv', 'video/matroska', 'video/x-matroska', 'content', false],
    ['a.wmv', 'application/vnd.ms-asf', 'application/vnd.ms-asf', 'content', false],
    ['a.ico', 'image/x-icon', 'image/x-icon', 'content', false],
    ['a.mpg', 'video/MP2P', 'video/mpeg', 'content', false],
    // the name is more exact
    ['a.nef', 'image/tiff', 'image/x-nikon-nef', 'name', false],
    [
      'a.docx',
      'application/zip',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'name',
      false,
    ],
    ['a.pages', 'application/zip', 'application/vnd.apple.pages', 'name', false],
    ['a.doc', 'application/x-cfb', 'application/msword', 'name', false],
    ['a.gpx', 'application/xml', 'application/gpx+xml', 'name', false],
    ['a.svg', 'application/xml', 'image/svg+xml', 'name', false],
    // text, by name alone
    ['a.txt', null, 'text/plain', 'name', false],
    ['a.csv', null, 'text/csv', 'name', false],
    ['a.svg', null, 'image/svg+xml', 'name', false],
    ['a.json', null, 'application/json', 'name', false],
    ['a.xml', null, 'application/xml', 'name', false],
    ['a.ics', null, 'text/calendar', 'name', false],
    ['a.txt', 'image/jpeg', 'image/jpeg', 'content', true],
    // neither
    ['a.xyz-unknown', null, 'application/octet-stream', 'nothing', false],
    ['jpg', null, 'application/octet-stream', 'nothing', false],
    ['a.constructor', null, 'application/octet-stream', 'nothing', false],
    ['', null, 'application/octet-stream', 'nothing', false],
  ])('%s with the content of %s: %s', (name, content, type, by, disagrees) => {
    expect(typeOf({ type: content }, name)).toEqual({ type, by, disagrees });
  });
});

describe('a destination takes', () => {
  it.each([
    [[], 'anything/at-all', true],
    [['image/*'], 'image/jpeg', true],
    [['image/*'], 'IMAGE/PNG; charset=binary', true],
    [['image/*'], 'imagery/png', false],
    [['image/*'], 'video/mp4', false],
    [['image/jpeg', 'image/png'], 'image/png', true],
    [['image/jpg'], 'image/jpeg', true],
    [['Video/MP4'], 'video/mp4', true],
    [['image/svg'], 'image/svg+xml', false],
    [['application/octet-stream'], 'image/jpeg', false],
  ])('%j %s: %s', (patterns, type, taken) => {
    expect(accepts(patterns, type)).toBe(taken);
  });

  it('types under one name', () => {
    expect(plainType(' Audio/X-M4A ; codecs="mp4a.40.2"')).toBe('audio/mp4');
    expect(plainType('constructor')).toBe('constructor');
  });
});

describe('a rule', () => {
  const rule = (set: object) => sortingRuleSchema.parse(set);
  const photo = { relativePath: 'Finals/Day 1/[final] Año (1).JPG', type: 'image/jpeg' };

  it.each([
    [{}, true],
    [{ types: ['image/*'] }, true],
    [{ types: ['video/*'] }, false],
    [{ folder: 'day 1' }, true],
    [{ folder: 'FINALS' }, true],
    [{ folder: 'day*' }, true],
    [{ folder: 'day' }, false],
    [{ folder: 'day ?' }, true],
    [{ folder: 'day ??' }, false],
    [{ folder: 'Finals/Day 1' }, false],
    [{ folder: '*.jpg' }, false],
    [{ file: '*.jpg' }, true],
    [{ file: '*.jp?g' }, false],
    [{ file: '[final]*' }, true],
    [{ file: '[a-z]*' }, false],
    [{ file: '*(1)*' }, true],
    [{ file: '*(1|2)*' }, false],
    [{ file: '*{JPG,PNG}' }, false],
    [{ file: '!*.png' }, false],
    [{ file: '*A\u006e\u0303o*' }, true],
    [{ file: '**' }, true],
    [{ file: '*?*?*' }, true],
    [{ types: ['image/*'], folder: 'day 1', file: '*.png' }, false],
  ])('%j: %s', (set, expected) => {
    expect(matches(rule(set), photo)).toBe(expected);
  });

  it('takes names with dots first, line breaks, and characters of several units', () => {
    expect(matches(rule({ file: '*' }), { ...photo, relativePath: '.hidden' })).toBe(true);
    expect(matches(rule({ file: 'a*b' }), { ...photo, relativePath: 'a\nb' })).toBe(true);
    expect(matches(rule({ file: '?.jpg' }), { ...photo, relativePath: '⚽.jpg' })).toBe(true);
    expect(matches(rule({ folder: '*' }), { ...photo, relativePath: 'in no folder.jpg' })).toBe(false);
  });

  it('that is hostile takes no longer', () => {
    const start = performance.now();
    const hostile = rule({ file: `${'*a'.repeat(120)}*b` });
    expect(matches(hostile, { ...photo, relativePath: 'a'.repeat(255) })).toBe(false);
    expect(performance.now() - start).toBeLessThan(100);
  });

  it('sends a file to the first destination that wants it', () => {
    const targets = [
      { rules: [rule({ types: ['video/*'] })] },
      { rules: [] },
      { rules: [rule({ file: '*.png' }), rule({ folder: 'day 1' })] },
      { rules: [rule({})] },
    ];
    expect(sortInto(targets, photo)).toBe(2);
    expect(sortInto(targets, { relativePath: 'a.txt', type: 'text/plain' })).toBe(3);
    expect(sortInto(targets.slice(0, 2), photo)).toBe(null);
  });
});
