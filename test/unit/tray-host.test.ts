/** Asking the session bus for a host of tray icons: on a real bus where there is one, and on what is none. */
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busPaths, hasTrayHost } from '../../electron/tray-host.ts';
import { hasSessionBus, startSessionBus } from '../servers/session-bus.ts';
import { startTrayWatcher } from '../servers/tray-watcher.ts';
import { newFolder } from '../servers/tree.ts';

let folder: string;
const closers: (() => unknown)[] = [];
beforeEach(async () => (folder = await newFolder()));
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await rm(folder, { recursive: true, force: true });
});

const uid = process.getuid?.() ?? 0;

describe('where the session bus is', () => {
  it.each([
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus' }, ['/run/user/1000/bus']],
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/tmp/a%20b,guid=12' }, ['/tmp/a b']],
    [{ DBUS_SESSION_BUS_ADDRESS: 'unix:abstract=/tmp/dbus-x,guid=12' }, ['\0/tmp/dbus-x']],
    [{ DBUS_SESSION_BUS_ADDRESS: 'tcp:host=x,port=1;unix:guid=12,path=/b' }, ['/b']],
    [{ DBUS_SESSION_BUS_ADDRESS: 'disabled:', XDG_RUNTIME_DIR: '/run/user/1' }, []],
    [{ XDG_RUNTIME_DIR: '/run/user/1000' }, ['/run/user/1000/bus']],
    [{}, []],
  ])('%j', (env, paths) => {
    expect(busPaths(env)).toEqual(paths);
  });
});

describe.skipIf(process.platform === 'win32')('no host', () => {
  const ask = (address: string) =>
    hasTrayHost({ env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${address}` }, uid, patience: 300 });

  it('where there is no bus at all', async () => {
    expect(await hasTrayHost({ env: {}, uid })).toBe(false);
    expect(await ask(path.join(folder, 'nothing'))).toBe(false);
    await writeFile(path.join(folder, 'file'), '');
    expect(await ask(path.join(folder, 'file'))).toBe(false);
  });

  it.each<[string, (socket: net.Socket) => void]>([
    ['is silent', () => undefined],
    ['hangs up', (socket) => socket.destroy()],
    ['refuses', (socket) => socket.end('REJECTED EXTERNAL\r\n')],
    ['talks nonsense', (socket) => socket.end(`OK 12\r\n${'\xff'.repeat(400)}`)],
    ['answers by halves', (socket) => socket.end('OK 12\r\nl\x02\x01\x01\x08')],
  ])('where what listens %s', async (_, answer) => {
    const file = path.join(folder, 'bus');
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    });
    server.listen(file);
    await once(server, 'listening');
    closers.push(() => server.close());
    const started = performance.now();
    expect(await ask(file)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

if (!hasSessionBus) console.log('Skipped: the question to a real session bus. There is no dbus-daemon.');

describe.skipIf(!hasSessionBus)('on a real session bus', () => {
  async function startBus(): Promise<Record<string, string>> {
    const { env, stop } = await startSessionBus(path.join(folder, 'bus'));
    closers.push(stop);
    return env;
  }

  it('there is none where nobody has registered', async () => {
    const env = await startBus();
    expect(await hasTrayHost({ env, uid })).toBe(false);
  });

  it.each([[true], [false]])('a watcher that says %s is believed', async (registered) => {
    const env = await startBus();
    closers.push(await startTrayWatcher(path.join(folder, 'bus'), registered));
    expect(await hasTrayHost({ env, uid })).toBe(registered);
  });
});
