/** What is found in very many names is what is in them, whichever way it is looked for. */
import { expect, it } from 'vitest';
import { createTexts } from '../../electron/journal/texts.ts';
import { fold } from '../../shared/natural-order.ts';
import { seededRandom, type Random } from '../servers/random.ts';

const words = [
  'img_',
  'final ',
  'müller',
  'ß',
  'a',
  '-',
  '0',
  '007',
  '12',
  '日本',
  '.jpg',
  '.mov',
  ' (2)',
  'cafe',
  '3b9f',
];

function nameOf(random: Random, parts: readonly string[], most: number): string {
  const length = 1 + random.below(most);
  return fold(Array.from({ length }, () => random.pick(parts)).join(''));
}

function compare(names: readonly string[][], parts: readonly string[]): void {
  const texts = createTexts();
  for (const [first = '', second] of names) texts.add(first, second);
  for (const part of parts) {
    const found = [...texts.search(part)];
    expect(found.length).toBe(names.length);
    const wrong = names.findIndex((each, at) => (found[at] === 1) !== each.some((name) => name.includes(part)));
    expect(wrong === -1 ? null : { part, names: names[wrong] }).toBe(null);
  }
}

it('finds a part in names of few shapes, UUIDs among them, in either of two texts', () => {
  const random = seededRandom('texts');
  const names = Array.from({ length: 5000 }, () =>
    Array.from({ length: 1 + random.below(2) }, () => nameOf(random, words, 5)),
  );
  const parts = Array.from({ length: 300 }, () => nameOf(random, words, 2));
  compare(names, [...parts, 'J', '7', 'JPG', 'G_0', 'L ', '()', 'NOTHING', 'FE', 'E-', 'AFE.J', 'F.JPG']);
});

it('finds a part where there are more shapes than are remembered', { timeout: 30_000 }, () => {
  const random = seededRandom('shapes');
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz').concat('1', '22');
  const names = Array.from({ length: 80_000 }, () => [nameOf(random, letters, 12)]);
  const parts = Array.from({ length: 40 }, () => nameOf(random, letters, 3));
  compare([...names, ['IMG_0001.JPG']], [...parts, 'IMG', 'JPG']);
});
