import { expect, it } from 'vitest';
import { otherNameOf, ownNameOf, shownPathOf } from '../../shared/own-name.ts';

it.each([
  ['finals/IMG_1.jpg', '/card/DCIM/IMG_1.jpg', null],
  ['IMG_1.jpg', 'C:\\card\\IMG_1.jpg', null],
  ['finals/img_1.JPG', '/card/IMG_1.jpg', null],
  ['finals/Caf\u00e9.jpg', '/card/Cafe\u0301.jpg', null],
  ['finals/1.jpg', '/card/IMG_1.jpg', 'IMG_1.jpg'],
  ['events/7f3a/source.mp4', 'D:\\clips\\goal.mp4', 'goal.mp4'],
  ['web/IMG_1.webp', '/card/IMG_1.HEIC', 'IMG_1.HEIC'],
  ['odd/', '/card/a.jpg', 'a.jpg'],
  ['odd/a\\b.jpg', '/card/a\\b.jpg', null],
])('knows %s, which was %s, by the right name', (key, source, own) => {
  expect(otherNameOf({ key, source })).toBe(own);
  expect(shownPathOf({ key, source })).toBe(own ?? key);
});

it('knows where a name begins on each system', () => {
  expect(ownNameOf('/card/a\\b.jpg')).toBe('a\\b.jpg');
  expect(ownNameOf('\\\\nas\\clips\\a.jpg')).toBe('a.jpg');
  expect(ownNameOf('a.jpg')).toBe('a.jpg');
});
