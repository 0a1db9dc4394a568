import { describe, expect, it } from 'vitest';
import { SidelineError } from '../../shared/errors.ts';
import { formatBytes, formatCount, formatDuration, formatRate, parseDuration, parseRate } from '../../shared/format.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [1337, '1.34 kB'],
    [120_000_000, '120 MB'],
    [5 * 2 ** 40, '5.5 TB'],
    [0.4, '0 B'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
    expect(formatRate(bytes)).toBe(`${words}/s`);
  });

  it.each([
    [0, '0 ms'],
    [450, '450 ms'],
    [1000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000 + 61_000, '1 h 1 min'],
    [90 * 3_600_000, '3 d 18 h'],
    [Infinity, 'unknown'],
    [NaN, 'unknown'],
  ])('%d ms are %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  it('counts in the singular, the plural and thousands', () => {
    expect(formatCount(0, 'file', 'files')).toBe('0 files');
    expect(formatCount(1, 'file', 'files')).toBe('1 file');
    expect(formatCount(100_000, 'file', 'files')).toBe('100,000 files');
  });
});

describe('parseRate', () => {
  it.each([
    ['1', 1],
    ['100000', 100_000],
    ['500K', 512_000],
    ['500k', 512_000],
    ['5M', 5_242_880],
    ['5MB', 5_242_880],
    ['5MiB', 5_242_880],
    ['5 MiB', 5_242_880],
    ['1.5G', 1_610_612_736],
    ['2T', 2 ** 41],
    ['10B', 10],
    [' 5M ', 5_242_880],
  ])('%j', (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });

  it.each(['', '0', '0.0001', '-5M', 'M', '5X', '5MM', '5m/s', '1e6', '1,5M', '.5M', '5.M', 'Infinity', '99999999T'])(
    'refuses %j, and says how to write it',
    (text) => {
      expect(() => parseRate(text)).toThrow(SidelineError);
      expect(() => parseRate(text)).toThrow(/is not a rate: write it like/);
    },
  );
});

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['5 min', 300_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['1d', 86_400_000],
    ['0s', 0],
  ])('%j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '30', 's', '-5m', '5x', '5m!', '5m x', 'x 5m', '1h,30m', '5M', '1e300d', '9'.repeat(30) + 's'])(
    'refuses %j, and says how to write it',
    (text) => {
      expect(() => parseDuration(text)).toThrow(SidelineError);
      expect(() => parseDuration(text)).toThrow(/is not a duration: write it like/);
    },
  );
});
