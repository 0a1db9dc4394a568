/** The page has nothing but its bridge, goes nowhere, may do nothing; and the bridge takes nothing that the contract does not allow. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { errorKinds } from '../../shared/errors.ts';
import { calls, type Answer, type Bridge, type CallName } from '../../shared/ipc.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';

const refusalSchema = z.strictObject({
  ok: z.literal(false),
  error: z.strictObject({ kind: z.enum(errorKinds), name: z.string(), message: z.string().min(1).max(400) }),
});

const home = 'app://sideline/index.html';

describeWindow('the border of the window', () => {
  let dataDir: string;
  let launched: LaunchedApp;
  let page: LaunchedApp['window'];

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    launched = await launchApp({ dataDir });
    page = launched.window;
  });

  afterAll(async () => {
    await launched.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const windows = () => launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

  it('gives the page nothing of Node, and of the app one frozen bridge with three functions', async () => {
    const found = await page.evaluate(() => {
      const bridge: unknown = Reflect.get(globalThis, 'sideline');
      const types = ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].map(
        (name) => typeof Reflect.get(globalThis, name),
      );
      return {
        types: [...new Set(types)],
        keys: Object.keys(bridge as object).sort(),
        frozen: Object.isFrozen(bridge),
      };
    });
    expect(found).toEqual({ types: ['undefined'], keys: ['call', 'drop', 'on'], frozen: true });
  });

  it('serves the page with its policy', async () => {
    const headers = await page.evaluate(async () => Object.fromEntries((await fetch('/index.html')).headers));
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/,
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    [
      'an inline script',
      'script-src-elem',
      `const s = document.createElement('script'); s.textContent = 'globalThis.ran = 1'; document.head.append(s)`,
    ],
    [
      'a script from elsewhere',
      'script-src-elem',
      `const s = document.createElement('script'); s.src = 'https://example.org/x.js'; document.head.append(s)`,
    ],
    [
      'an inline handler',
      'script-src-attr',
      `const b = document.createElement('b'); b.setAttribute('onclick', 'globalThis.ran = 1'); document.body.append(b); b.click()`,
    ],
    [
      'a style without the nonce',
      'style-src-elem',
      `const s = document.createElement('style'); s.textContent = 'b { color: red }'; document.head.append(s)`,
    ],
    ['an image from elsewhere', 'img-src', `new Image().src = 'https://example.org/x.png'`],
    [
      'a frame',
      'frame-src',
      `const f = document.createElement('iframe'); f.src = 'https://example.org/'; document.body.append(f)`,
    ],
    ['a request to elsewhere', 'connect-src', `fetch('https://example.org/').catch(() => undefined)`],
    [
      'another base',
      'base-uri',
      `const b = document.createElement('base'); b.href = 'https://example.org/'; document.head.append(b)`,
    ],
  ])('stops %s', async (_, directive, script) => {
    const stopped = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
            once: true,
          });
        }),
    );
    await page.evaluate(`{ ${script} }`);
    expect(await stopped).toBe(directive);
    expect(await page.evaluate(() => typeof Reflect.get(globalThis, 'ran'))).toBe('undefined');
  });

  it('opens no other window', async () => {
    const opened = await page.evaluate(() => [
      window.open('https://example.org/'),
      window.open('app://sideline/'),
      window.open(),
    ]);
    expect(opened).toEqual([null, null, null]);
    await page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), { href: 'https://example.org/', target: '_blank' });
      document.body.append(link);
      link.click();
      link.remove();
    });
    expect(await windows()).toBe(1);
  });

  it.each([
    'https://example.org/',
    'file:///etc/passwd',
    'data:text/html,x',
    'app://sideline/other.html',
    'app://other/',
  ])('goes nowhere else: %s', async (address) => {
    await page.evaluate((to) => {
      Reflect.set(globalThis, 'stayed', true);
      location.href = to;
    }, address);
    await page.waitForTimeout(300);
    expect(page.url()).toBe(home);
    expect(await page.evaluate((): unknown => Reflect.get(globalThis, 'stayed'))).toBe(true);
  });

  it('is given no permission', async () => {
    const found = await page.evaluate(async () => {
      const place = new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('given'),
          ({ code }) => resolve(code),
        ),
      );
      const camera = navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'given',
        (error: unknown) => (error as DOMException).name,
      );
      return {
        notifications: await Notification.requestPermission(),
        place: await place,
        camera: await camera,
        states: await Promise.all(
          (['geolocation', 'notifications', 'midi', 'persistent-storage'] as PermissionName[]).map(
            async (name) => (await navigator.permissions.query({ name })).state,
          ),
        ),
      };
    });
    expect(found).toMatchObject({ notifications: 'denied', place: 1 });
    expect(found.camera).toMatch(/^(NotAllowedError|NotFoundError)$/);
    expect(found.states).not.toContain('granted');
  });

  it('answers hostile calls with typed errors', async () => {
    const answers = await page.evaluate(async (names) => {
      const { call } = Reflect.get(globalThis, 'sideline') as Bridge;
      const wrong = [
        null,
        1,
        NaN,
        'x',
        'x'.repeat(10_000_000),
        [],
        [{}],
        new Uint8Array(8),
        () => 1,
        { extra: () => 1 },
      ];
      const wrongObjects: object[] = [
        { extra: 1 },
        { ids: [0] },
        { ids: ['1'] },
        { id: -1 },
        { constructor: { prototype: {} } },
      ];
      // The bridge makes plain objects of these.
      const emptied = [
        new Date(),
        new Map([[1, 2]]),
        new Error('x'),
        JSON.parse('{"__proto__":{"polluted":1}}') as unknown,
      ];
      const sent = [
        ...[...names.strict, ...names.lenient].flatMap((name) => wrong.map((input) => call(name, input))),
        ...names.strict.flatMap((name) => wrongObjects.map((input) => call(name, input))),
        ...names.demanding.flatMap((name) => emptied.map((input) => call(name, input))),
      ];
      const unknown = ['__proto__', 'constructor', 'toString', '', 'app.info\0', 'x'.repeat(1_000_000)];
      return await Promise.all([...sent, ...unknown.map((name) => call(name, {}))]);
    }, callNames());
    expect(answers.length).toBeGreaterThan(400);
    for (const answer of answers) expect(refusalSchema.parse(answer).error.kind).toBe('invalid-input');
  });

  it('still answers an honest call after that', async () => {
    const answer = await page.evaluate(() => (Reflect.get(globalThis, 'sideline') as Bridge).call('app.info', {}));
    expect(answer).toMatchObject({ ok: true });
  });

  it('takes no paths that are text, and no files that a script made', async () => {
    const answers = await page.evaluate(async () => {
      const { drop } = Reflect.get(globalThis, 'sideline') as Bridge;
      const made = new File(['x'], '/etc/passwd');
      return await Promise.all([
        drop([]),
        drop(['/etc/passwd']),
        drop([made]),
        drop([{ path: '/etc/passwd' }, null, 1]),
      ]);
    });
    for (const answer of answers) expect(refusalSchema.parse(answer).error.kind).toBe('invalid-input');
  });

  it('answers no other page, though it has the same bridge', async () => {
    const preload = path.join(import.meta.dirname, '..', '..', 'out', 'preload', 'preload.cjs');
    const answer = await launched.app.evaluate(
      async ({ BrowserWindow }, [address, script]): Promise<Answer<unknown>> => {
        const other = new BrowserWindow({ show: false, webPreferences: { preload: script, sandbox: true } });
        await other.loadURL(address);
        const got = (await other.webContents.executeJavaScript(`sideline.call('app.info', {})`)) as Answer<unknown>;
        other.destroy();
        return got;
      },
      [home, preload] as const,
    );
    expect(refusalSchema.parse(answer).error.message).toBe('The message did not come from the app.');
  });
});

/** By what they refuse: what they do not know, nothing of that, and an input without any field. */
function callNames(): Record<'strict' | 'lenient' | 'demanding', CallName[]> {
  const names = Object.keys(calls) as CallName[];
  const takes = (input: object) => (name: CallName) => calls[name].input.safeParse(input).success;
  const refuses = (input: object) => (name: CallName) => !takes(input)(name);
  return {
    strict: names.filter(refuses({ extra: 1 })),
    lenient: names.filter(takes({ extra: 1 })),
    demanding: names.filter(refuses({})),
  };
}
