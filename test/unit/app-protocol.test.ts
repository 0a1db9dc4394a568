/** app:// serves the built page, under its policy, and nothing else of the disk. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerPage, pageAddress } from '../../electron/protocol.ts';

let around: string;
let folder: string;
const page = '<!doctype html><html><head><meta property="csp-nonce" nonce="x" content="x"></head></html>';

beforeAll(() => {
  around = mkdtempSync(path.join(os.tmpdir(), 'sideline-page-'));
  folder = path.join(around, 'renderer');
  mkdirSync(path.join(folder, 'assets'), { recursive: true });
  mkdirSync(path.join(around, 'renderer-secret'));
  writeFileSync(path.join(around, 'secret.txt'), 'secret');
  writeFileSync(path.join(around, 'renderer-secret', 'secret.txt'), 'secret');
  writeFileSync(path.join(folder, 'index.html'), page);
  for (const name of ['app.js', 'app.css', 'mark.svg', 'mark.png', 'font.woff2', 'a b.txt'])
    writeFileSync(path.join(folder, 'assets', name), name);
});
afterAll(() => rmSync(around, { recursive: true }));

const ask = (url: string, method = 'GET') => answerPage(folder, { method, url });

describe('the page', () => {
  it.each(['app://sideline/', 'app://sideline/index.html', 'app://sideline/index.html?x=1#y'])(
    'is at %s',
    async (url) => {
      const answer = await ask(url);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    },
  );

  it('has the nonce of its policy, a new one with every answer', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const answer = await ask('app://sideline/');
        const [, nonce = ''] = /nonce="([^"]+)"/.exec(await answer.text()) ?? [];
        expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
        expect(answer.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}';`);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it('gets a place for the nonce where it has none', async () => {
    writeFileSync(path.join(folder, 'bare.html'), '<html><head></head></html>');
    expect(await (await ask('app://sideline/bare.html')).text()).toContain('<head><meta property="csp-nonce" nonce="');
  });
});

describe('a file', () => {
  it.each([
    ['app.js', 'text/javascript; charset=utf-8'],
    ['app.css', 'text/css; charset=utf-8'],
    ['mark.svg', 'image/svg+xml; charset=utf-8'],
    ['mark.png', 'image/png'],
    ['font.woff2', 'font/woff2'],
    ['a%20b.txt', 'text/plain; charset=utf-8'],
  ])('%s is served as %s', async (name, type) => {
    const answer = await ask(`app://sideline/assets/${name}`);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(await answer.text()).toBe(decodeURIComponent(name));
  });

  it.each(['app://sideline/assets/none.js', 'app://sideline/assets', 'app://sideline/index.html/x'])(
    'that is not there is not found: %s',
    async (url) => {
      expect((await ask(url)).status).toBe(404);
    },
  );
});

describe('what is outside', () => {
  it.each([
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    '%2e%2e%2fsecret.txt',
    'assets/..%2f..%2fsecret.txt',
    '..%5csecret.txt',
    '..\\secret.txt',
    '..%2frenderer-secret%2fsecret.txt',
    '%2fetc%2fpasswd',
    '/etc/passwd',
    'C:/Windows/win.ini',
    'C%3a%5cWindows%5cwin.ini',
    'index.html%00.js',
    'index.html::$DATA',
    '%E0%A4%A',
    '%252e%252e%252fsecret.txt',
  ])('is never served: %s', async (name) => {
    const answer = await ask(`app://sideline/${name}`);
    expect([403, 404]).toContain(answer.status);
    expect(await answer.text()).toBe('');
  });

  it('is not what the address itself means, file by file', async () => {
    const direct = await ask(`app://sideline/${encodeURIComponent(path.join(around, 'secret.txt'))}`);
    expect(await direct.text()).toBe('');
  });

  it.each(['app://other/index.html', 'app://sideline.example/index.html'])('includes other hosts: %s', async (url) => {
    expect((await ask(url)).status).toBe(403);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('cannot be written: %s', async (method) => {
    expect((await ask('app://sideline/index.html', method)).status).toBe(405);
  });
});

describe('every answer', () => {
  it.each(['', 'assets/app.js', 'none.html', '..%2fsecret.txt'])('has the policy: /%s', async (name) => {
    const { headers } = await ask(`app://sideline/${name}`);
    const policy = headers.get('content-security-policy') ?? '';
    for (const rule of ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy.split('; ')).toContain(rule);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

it('is the only trusted origin, but for a development server', () => {
  expect(pageAddress(undefined)).toEqual({ origin: 'app://sideline', page: 'app://sideline/index.html' });
  expect(pageAddress('http://localhost:5173')).toEqual({
    origin: 'http://localhost:5173',
    page: 'http://localhost:5173/',
  });
});
