/** Starting in the tray on a desktop that has none: the window is never lost, and a second start brings it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { electronEnv, ensureElectron } from '../runtime/electron.ts';
import { sandboxFlags } from '../runtime/sandbox.ts';
import { hasSessionBus, startSessionBus } from '../servers/session-bus.ts';
import { startTrayWatcher } from '../servers/tray-watcher.ts';
import { describeWindow } from './describe-window.ts';
import { launchApp, type LaunchedApp } from './launch.ts';
import { changeSettings } from './person.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

describeWindow('the app, started in the tray', () => {
  let dataDir: string;
  let launched: LaunchedApp;
  /** No session bus: so no host for a tray. */
  const env = { DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: undefined };

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
    const before = await launchApp({ dataDir, env });
    await changeSettings(before.window, { startInTray: true });
    await before.close();
    launched = await launchApp({ dataDir, env });
  });
  afterAll(async () => {
    await launched.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const state = () =>
    launched.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      return { visible: window?.isVisible() ?? null, minimised: window?.isMinimized() ?? null };
    });

  it.runIf(process.platform === 'linux')('is in sight where there is no tray', async () => {
    // Without a window manager, as here, a window that is minimised stays where it is.
    await expect.poll(async () => Object.values(await state())).toContain(true);
  });

  it('is shown by a second start, which ends', async () => {
    const electron = await ensureElectron(console.log);
    const args = [
      ...sandboxFlags(),
      '--password-store=basic',
      `--user-data-dir=${path.join(dataDir, 'chromium')}`,
      root,
    ];
    const second = spawn(electron.program, args, {
      env: { ...electronEnv(electron), ...env, SIDELINE_DATA_DIR: dataDir, DISPLAY: launched.display },
      stdio: 'ignore',
    });
    const [code] = (await once(second, 'exit')) as [number | null];
    expect(code).toBe(0);
    await expect.poll(state).toEqual({ visible: true, minimised: false });
  });

  it.runIf(hasSessionBus)('stays hidden where the desktop has a tray', async () => {
    await launched.close();
    const bus = path.join(dataDir, 'bus');
    const { env: busEnv, stop } = await startSessionBus(bus);
    const giveUp = await startTrayWatcher(bus, true);
    try {
      launched = await launchApp({ dataDir, env: { ...env, ...busEnv } });
      await launched.window.getByRole('heading').first().waitFor({ state: 'attached' });
      await sleep(1500); // longer than the question to the bus may take
      expect(await state()).toEqual({ visible: false, minimised: false });
    } finally {
      giveUp();
      stop();
    }
  });
});
