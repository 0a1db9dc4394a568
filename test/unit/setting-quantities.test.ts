import { describe, expect, it } from 'vitest';
import {
  clockOf,
  firstRate,
  megabytesOf,
  minutesOf,
  proxyAddress,
  rateBounds,
  rateOf,
} from '../../renderer/features/settings/quantities.ts';
import { settingsSchema } from '../../shared/settings.ts';

describe('a bandwidth limit', () => {
  it.each([
    [5, 5_000_000],
    [0.01, 10_000],
    [12.5, 12_500_000],
    [10_000, 10_000_000_000],
  ])('of %d MB/s is %d bytes per second, and back', (megabytes, rate) => {
    expect(rateOf(megabytes)).toBe(rate);
    expect(megabytesOf(rate)).toBe(megabytes);
    expect(settingsSchema.parse({ limitRate: rate }).limitRate).toBe(rate);
  });

  it.each([0, -1, NaN, Infinity, rateBounds.max + 1])('of %d is none', (megabytes) => {
    expect(rateOf(megabytes)).toBeNull();
  });

  it('starts with one that the contract takes', () => {
    expect(settingsSchema.parse({ limitRate: firstRate }).limitRate).toBe(firstRate);
  });
});

describe('a time of day', () => {
  it.each([
    [0, '00:00'],
    [450, '07:30'],
    [1439, '23:59'],
  ])('%d minutes are %s, and back', (minutes, clock) => {
    expect(clockOf(minutes)).toBe(clock);
    expect(minutesOf(clock)).toBe(minutes);
  });

  it.each(['', '7:30', '24:00', '12:60', 'noon'])('%j is none', (clock) => {
    expect(minutesOf(clock)).toBeNull();
  });
});

describe('the address of a proxy', () => {
  it.each([
    ['http://proxy.example.org:8080', 'http://proxy.example.org:8080'],
    [' proxy.club.lan:3128 ', 'http://proxy.club.lan:3128'],
    ['https://proxy.example.org/', 'https://proxy.example.org'],
    ['192.168.1.1:8080', 'http://192.168.1.1:8080'],
  ])('%j is %s', (text, address) => {
    expect(proxyAddress(text)).toBe(address);
    expect(settingsSchema.parse({ proxy: { use: 'address', address } }).proxy).toEqual({ use: 'address', address });
  });

  it.each([
    ['http://coach:p%40ss@proxy:8080/', 'http://coach:p%40ss@proxy:8080'],
    ['coach:secret@proxy.lan', 'http://coach:secret@proxy.lan'],
  ])('%j keeps the name and password, for main to put away', (text, address) => {
    expect(proxyAddress(text)).toBe(address);
  });

  it.each(['', 'my proxy', 'socks5://proxy:1080', 'http://coach@proxy:8080', 'http://', 'proxy:port'])(
    '%j is none',
    (text) => {
      expect(proxyAddress(text)).toBeNull();
    },
  );
});
