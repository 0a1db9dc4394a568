/** Messages that no honest page sends. */
import type { Random } from './random.ts';

const odd: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => NaN,
  () => Infinity,
  () => -0,
  () => -1,
  () => 1.5,
  () => 2 ** 53,
  () => 1e308,
  () => true,
  () => 10n ** 30n,
  () => '',
  () => '__proto__',
  () => '\0',
  () => '\u202Egpj.exe',
  () => '\uD800',
  () => "'; DROP TABLE transfers; --",
  () => '../../../../etc/passwd',
  () => 'file:///etc/passwd',
  () => 'javascript:alert(1)',
  () => new Date(NaN),
  () => new Map([['ids', [1]]]),
  () => new Set([1]),
  () => new Uint8Array(16),
  () => new ArrayBuffer(8),
  () => new Error('x'),
  () => /(a+)+$/,
  () => new Number(1),
  () => Object.create(null) as unknown,
  () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
  () => JSON.parse('{"constructor":{"prototype":{"polluted":true}}}') as unknown,
  () => ({ length: 2 ** 32 - 1, 0: 1 }),
  () => ({ toString: null, valueOf: null, toJSON: 1 }),
  () => new Array<unknown>(1000),
];

const letters = Array.from('abz09_-./\\:%"\'<> \u0000\u00e9\u{1F3C8}\uDC00');

/** Anything: primitives, odd objects, long strings, and lists and objects of such. */
export function hostileValue(random: Random, depth = 0): unknown {
  const kind = random.below(depth > 4 ? 4 : 7);
  if (kind <= 1) return random.pick(odd)();
  if (kind === 2) return (random.next() - 0.5) * 10 ** random.below(20);
  if (kind === 3) return hostileText(random);
  if (kind === 4) return Array.from({ length: random.below(6) }, () => hostileValue(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: random.below(6) }, () => [hostileText(random), hostileValue(random, depth + 1)]),
  );
}

/** Made once: as keys of objects they cost a tenth of a second each to make, flatten and hash. */
const huge = new Map<string, string>();

function hugeText(letter: string): string {
  const text = huge.get(letter) ?? letter.repeat(5_000_000);
  huge.set(letter, text);
  return text;
}

/** Mostly short; one in 2,000 is of many megabytes. */
function hostileText(random: Random): string {
  if (random.below(2000) === 0) return hugeText(random.pick(letters));
  if (random.below(20) === 0) return random.pick(letters).repeat(random.below(5000));
  return Array.from({ length: random.below(12) }, () => random.pick(letters)).join('');
}

/** A copy of plain data with one thing wrong (or, now and then, nothing): at the top or anywhere in it. */
export function mutated(random: Random, value: unknown): unknown {
  const goDeeper = random.below(3) > 0;
  if (Array.isArray(value) && goDeeper) return mutatedList(random, value);
  if (typeof value === 'object' && value !== null && goDeeper) return mutatedObject(random, value);
  return near(random, value);
}

function mutatedList(random: Random, list: readonly unknown[]): unknown[] {
  const at = random.below(list.length + 1);
  if (random.below(4) === 0) return list.toSpliced(at, 1);
  return at === list.length ? [...list, hostileValue(random)] : list.with(at, mutated(random, list[at]));
}

function mutatedObject(random: Random, object: object): unknown {
  const entries: (readonly [string, unknown])[] = Object.entries(object);
  const change = random.below(5);
  if (change === 0 || entries.length === 0) return withOwn(object, random.pick(extraKeys), hostileValue(random));
  const [key, value] = random.pick(entries);
  if (change === 1) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return { ...object, [key]: mutated(random, value) };
}

const extraKeys = ['__proto__', 'constructor', 'prototype', 'then', 'toJSON', 'ids', 'view', 'secret', 'x'];

/** As structured cloning makes it: an own property, even of the name `__proto__`. */
function withOwn(object: object, key: string, value: unknown): object {
  return Object.defineProperty({ ...object }, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Of the same kind as `value`, but perhaps out of its range. */
function near(random: Random, value: unknown): unknown {
  if (random.below(2) === 0) return hostileValue(random);
  if (typeof value === 'number') return value + random.pick([0, 0.5, -1000, 2 ** 40, NaN, Infinity]);
  if (typeof value === 'string') return random.pick([value, ` ${value}`, value.repeat(400), value.slice(1), [value]]);
  if (typeof value === 'boolean') return random.pick<unknown>([!value, Number(value), String(value)]);
  return random.pick<unknown>([null, [value], hostileValue(random) ?? null]);
}
