import { expect, it } from 'vitest';
import { createProxies, proxyOfPac } from '../../electron/app/proxies.ts';
import type { Settings } from '../../shared/settings.ts';

it.each([
  ['DIRECT', null],
  ['PROXY proxy.club.example:3128', 'http://proxy.club.example:3128'],
  ['HTTPS proxy.club.example:443; DIRECT', 'https://proxy.club.example:443'],
  ['SOCKS5 socks.example:1080; PROXY 10.0.0.1:8080; DIRECT', 'http://10.0.0.1:8080'],
  ['SOCKS socks.example:1080', null],
  ['DIRECT; PROXY late.example:1', null],
  ['', null],
])('%s is %s', (answer, proxy) => {
  expect(proxyOfPac(answer)).toBe(proxy);
});

it('follows the settings, else the system, else the environment', async () => {
  let setting: Settings['proxy'] = { use: 'system' };
  const asked: string[] = [];
  const proxies = createProxies({
    setting: () => setting,
    resolve(url) {
      asked.push(url);
      return Promise.resolve(url.includes('inside') ? 'DIRECT' : 'PROXY proxy.example:8080');
    },
  });
  const outside = new URL('https://s3.example.org/bucket/key');
  const inside = new URL('http://inside.example/key');
  expect(proxies.proxyFor(outside)).toBeUndefined();
  await proxies.prepare(outside);
  await proxies.prepare(inside);
  expect(asked).toEqual([outside.href, inside.href]);
  expect(proxies.proxyFor(new URL('https://s3.example.org/other'))).toBe('http://proxy.example:8080');
  expect(proxies.proxyFor(inside)).toBeUndefined();

  setting = { use: 'none' };
  expect(proxies.proxyFor(outside)).toBeNull();
  setting = { use: 'address', address: 'http://mine.example:1' };
  expect(proxies.proxyFor(outside)).toBe('http://mine.example:1');
  await proxies.prepare(outside);
  expect(asked).toHaveLength(2);
});
