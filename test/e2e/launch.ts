/** Starts the built app on a data folder of its own, driven by Playwright, on a display of its own where the machine has none. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { _electron, errors, type ElectronApplication, type Page } from 'playwright';
import { hasDisplay, startDisplay } from '../runtime/display.ts';
import { electronEnv, ensureElectron } from '../runtime/electron.ts';
import { sandboxFlags } from '../runtime/sandbox.ts';
import { recordInput } from './input-record.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

export interface LaunchOptions {
  /** the app's data folder: journal, log, settings, and what Chromium keeps */
  dataDir: string;
  /** added to this process' environment; `undefined` takes a variable away */
  env?: Record<string, string | undefined>;
  /** as a person's: files and folders to upload, for example */
  args?: readonly string[];
  /** what Electron starts; by default the app itself */
  entry?: string;
}

export interface LaunchedApp {
  app: ElectronApplication;
  /** the first window, loaded */
  window: Page;
  /** the display it is on, for the environment of a second start; undefined on systems that have no such thing */
  display: string | undefined;
  /** Quits it, and takes it away if it does not within ten seconds. It may have ended already. */
  close(): Promise<void>;
}

const open = new Set<ElectronApplication>();

/** All windows of the apps that run. */
export function openWindows(): Page[] {
  return [...open].flatMap((app) => app.windows());
}

/** Chromium did not come up, or did not load the page of a window that the app did open. */
class ChromiumError extends Error {}

/** ms; what comes up does so within 5 s on a busy machine, and the test that starts it has a minute and a half in all */
const patience = { first: 15_000, again: 30_000 };

/**
 * Rejects when no window comes up in time, with what the app wrote. Where it is Chromium that does not come up, which a
 * busy machine without a screen brings about once in hundreds of starts, it is started once more on another display.
 */
export async function launchApp(options: LaunchOptions): Promise<LaunchedApp> {
  try {
    return await launchOnce(options, patience.first);
  } catch (error) {
    if (!(error instanceof ChromiumError)) throw error;
    console.log(`Started once more: ${error.message}`);
    return await launchOnce(options, patience.again);
  }
}

async function launchOnce(options: LaunchOptions, timeout: number): Promise<LaunchedApp> {
  const electron = await ensureElectron(console.log);
  const env = environmentOf(electron, options);
  const display = (await hasDisplay(env)) ? null : await startDisplay();
  if (display !== null) env.DISPLAY = display.name;
  try {
    const app = await startElectron(electron.program, argumentsOf(options), definedOnly(env), timeout);
    const child = app.process(); // asked for later, it is gone with an app that has ended
    const window = await firstWindow(app, options.dataDir, timeout);
    await recordInput(window);
    open.add(app);
    app.once('close', () => open.delete(app));
    const close = () => quit(app, child).finally(() => display?.stop());
    return { app, window, display: env.DISPLAY, close };
  } catch (error) {
    display?.stop();
    throw error;
  }
}

/** Starts the app once more while it runs, as a person would; resolves with the exit code of that second start. */
export async function startAgain({ display }: LaunchedApp, options: LaunchOptions): Promise<number | null> {
  const electron = await ensureElectron(console.log);
  const env = { ...environmentOf(electron, options), DISPLAY: display };
  const child = spawn(electron.program, argumentsOf(options), { env: definedOnly(env), cwd: root, stdio: 'ignore' });
  return await new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
}

function environmentOf(
  electron: Awaited<ReturnType<typeof ensureElectron>>,
  options: LaunchOptions,
): NodeJS.ProcessEnv {
  return { ...electronEnv(electron), SIDELINE_DATA_DIR: options.dataDir, ...options.env };
}

function argumentsOf({ dataDir, entry = root, args = [] }: LaunchOptions): string[] {
  // A test's passwords have no business in this person's keyring.
  const keyring = ['--password-store=basic', '--use-mock-keychain'];
  return [...sandboxFlags(), ...keyring, `--user-data-dir=${path.join(dataDir, 'chromium')}`, entry, ...args];
}

async function startElectron(
  program: string,
  args: string[],
  env: Record<string, string>,
  timeout: number,
): Promise<ElectronApplication> {
  try {
    return await _electron.launch({
      executablePath: program,
      chromiumSandbox: true, // `sandboxFlags` decides
      ...{ args, env, cwd: root, timeout },
    });
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    throw new ChromiumError(`Chromium did not come up. ${error.message.slice(-3000)}`, { cause: error });
  }
}

async function firstWindow(app: ElectronApplication, dataDir: string, timeout: number): Promise<Page> {
  let said = '';
  app.process().stderr?.on('data', (text: Buffer) => (said += text.toString()));
  try {
    const window = await app.firstWindow({ timeout });
    await window.waitForLoadState('domcontentloaded', { timeout });
    return window;
  } catch (error) {
    const opened = await windowsOf(app);
    app.process().kill('SIGKILL');
    const log = await readFile(path.join(dataDir, 'logs', 'sideline.log'), 'utf8').catch(() => '');
    const wrote = `It wrote:\n${said.slice(-3000)}\nand in its log:\n${log.slice(-3000)}`;
    if (opened.length === 0) throw new Error(`The app opened no window. ${wrote}`, { cause: error });
    throw new ChromiumError(`No page came up in ${opened.join(', ')}. ${wrote}`, { cause: error });
  }
}

/** As the app's own process knows them; none where that does not answer. */
async function windowsOf(app: ElectronApplication): Promise<string[]> {
  const asked = app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ id, webContents: page }) => {
      const state = [page.isCrashed() && 'crashed', page.isLoading() ? 'loading' : 'loaded'].filter(Boolean).join(', ');
      return `window ${id} (${page.getURL()}, ${state})`;
    }),
  );
  return await Promise.race([asked.catch(() => []), sleep(5000, [])]);
}

async function quit(app: ElectronApplication, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
