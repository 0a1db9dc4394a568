/** Names that file systems allow and that programs trip over. */
import type { Random } from './random.ts';

const onUnixOnly =
  process.platform === 'win32'
    ? []
    : ['con', 'AUX.txt', 'what?.jpg', 'a:b', 'a*b?.jpg', 'a"b', 'back\\slash', 'end.', 'end ', 'a|b<c>'];

/** One of each kind. */
export const hardNames = [
  ' leading space.jpg',
  'a b  c.jpg',
  '#1.jpg',
  '100%.jpg',
  '100%25.jpg',
  'a+b&c=d.jpg',
  '%2e%2e',
  '.hidden',
  '...three dots',
  '-rf',
  "it's.jpg",
  'semi;colon,comma.jpg',
  '(1) [2] {3}.jpg',
  '$HOME `x` !y ^z ~.jpg',
  '@home.jpg',
  'Größe.jpg', // NFC
  'Gro\u0308ße NFD.jpg',
  'e\u0301te\u0301.jpg',
  '日本語のファイル.jpg',
  'Ελληνικά.jpg',
  'العربية.jpg',
  'हिन्दी.jpg',
  '한글.jpg',
  'emoji 🏆👩‍👩‍👧‍👦.jpg',
  'zero\u200dwidth\u200b.jpg',
  'nbsp\u00a0.jpg',
  `${'ä'.repeat(125)}.jpg`, // 254 bytes
  `${'x'.repeat(251)}.jpg`, // 255 bytes
  'COM1.txt.jpg',
  'Thumbs.db.jpg',
  'x.DS_Store',
  ...onUnixOnly,
];

/** As many different names as asked for, built of the same stuff. */
export function manyHardNames(count: number, random: Random): string[] {
  const names = new Set(hardNames);
  const stuff = [...Array.from("aZ09 -_.~#%+&=@,;()[]{}$!^`'"), 'é', 'e\u0301', 'ß', '日', '🏆', '%2F', '%', '  '];
  while (names.size < count) {
    const middle = Array.from({ length: 1 + random.below(24) }, () => random.pick(stuff)).join('');
    names.add(`x${middle}${names.size}.jpg`);
  }
  return [...names].slice(0, count);
}
