/** Starts the app and composes it: the data folder, the engine, the window, and what the system shows of them. */
import path from 'node:path';
import { app, dialog, ipcMain, protocol, session, type BrowserWindow } from 'electron';
import { asSidelineError } from '../shared/errors.ts';
import { channels, type Command, type EventName, type Events, type Progress } from '../shared/ipc.ts';
import { development } from '../shared/strings/development.ts';
import { shell as words } from '../shared/strings/shell.ts';
import { openCore, type Core } from './app/core.ts';
import { createAttention } from './attention.ts';
import { askToClose, putAway, startAway } from './closing.ts';
import { dataFolder } from './data-folder.ts';
import { guardSession, guardViewers, trusts } from './guards.ts';
import { claimInstance } from './instance.ts';
import { serveCalls } from './ipc/serve.ts';
import { installMenu } from './menu.ts';
import { watchPower } from './power.ts';
import { pageAddress, registerSchemes, serveApp, serveObjects } from './protocol.ts';
import { surroundings } from './surroundings.ts';
import { createTray, type AppTray } from './tray.ts';
import { hasTrayHost } from './tray-host.ts';
import { loadPlace, savePlace } from './window-place.ts';
import { applyTheme, openWindow, type AppWindow } from './window.ts';

const folder = dataFolder(undefined, process.env);
const built = path.dirname(import.meta.dirname); // out/
const assets = path.join(app.getAppPath(), 'electron', 'assets');
const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
/** of npm run dev */
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;
const address = pageAddress(devServer);

let core: Core | null = null;
let opened: AppWindow | null = null;
let tray: AppTray | null = null;
/** paths that came before the data folder was open */
let early: string[] = [];
let quitting = false;

app.setName(words.title);
if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', path.join(folder, 'window'));
registerSchemes(protocol);
const first = claimInstance({
  ...{ app, argv: process.argv, cwd: process.cwd(), unpacked: process.defaultApp },
  onStart: show,
  onPaths: offer,
});
// Not awaited: the app is ready only after this module has been evaluated.
if (first) void app.whenReady().then(start).catch(fail);
else app.quit();

async function start(): Promise<void> {
  const running = openCore(folder, surroundings({ platform, window, push }));
  core = running;
  const { log } = running.session;
  guardSession(session.defaultSession, address);
  guardViewers(app, log);
  serveApp(protocol, path.join(built, 'renderer'));
  serveObjects(protocol, running.previews.answer);
  serveCalls({
    ...{ ipcMain, log, handlers: running.handlers },
    isTrusted: trusts(window, address),
    onDrop: (paths) => running.offers.add(paths),
  });
  applyTheme(running.settings.get().theme);
  running.settings.onChange(({ theme }) => applyTheme(theme));
  showAround(running);
  open(running, tray !== null && running.settings.get().startInTray);
  quitInOrder(running);
  await running.start({ practice: process.env.SIDELINE_PRACTICE === '1' });
  if (early.length > 0) offer(early);
  early = [];
}

/** Menu, tray, dock, notifications, sleep: each is told of every progress. */
function showAround(running: Core): void {
  const { engine, settings, handlers } = running;
  const log = running.session.log;
  const inBackground = (work: unknown) =>
    void Promise.resolve(work).catch((error: unknown) => log.error({ error }, 'a menu item failed'));
  installMenu({
    ...{ platform, send, development: !app.isPackaged },
    zoom: (direction) => opened?.zoom(direction),
    openLogs: () => inBackground(handlers['app.openFolder']({ folder: 'logs' })),
    saveDiagnostics: () => inBackground(handlers['app.diagnostics']({})),
  });
  tray = createTray({
    ...{ platform, assets, show, log },
    pauseAll: () => inBackground(engine.pause()),
    resumeAll: () => inBackground(engine.resume()),
    quit: () => app.quit(),
  });
  const attention = createAttention({ ...{ window, show, assets }, wanted: () => settings.get().notifications });
  const power = watchPower({ onBack: (why) => engine.lookAgain(why) });
  app.on('will-quit', () => power.stop());
  running.onProgress((progress: Progress) => {
    tray?.update(progress);
    attention.update(progress);
    power.update(progress);
  });
  running.onTasks((tasks) => power.updateTasks(tasks));
}

/** `away`: not in sight, until somebody asks for it. */
function open(running: Core, away: boolean): void {
  const { session: data } = running;
  opened = openWindow({
    ...{ address, log: data.log },
    preload: path.join(built, 'preload', 'preload.cjs'),
    icon: path.join(assets, 'icon.png'),
    place: loadPlace(folder),
    onPlace: (place) => savePlace(folder, place),
    visible: !away,
  });
  if (away) void startAway(opened.window, canHide);
  if (devServer !== undefined) sayWhenGone(opened.window, devServer);
  opened.window.on('close', (event) => {
    if (quitting) return;
    const { uploads, tasksRunning } = running;
    const underWay = { busy: uploads.busy(), tasks: tasksRunning() };
    const decision = askToClose({ ...underWay, window: window(), tray: tray !== null, platform });
    if (decision === 'close') return;
    event.preventDefault();
    if (decision === 'hide' && opened !== null) void putAway(opened.window, canHide);
  });
  opened.window.on('closed', () => {
    opened = null;
    app.quit(); // the hidden one of the stills is no reason to stay
  });
}

/** Else the window would only stay empty. */
function sayWhenGone({ webContents }: BrowserWindow, server: string): void {
  webContents.on('did-fail-load', (_event, _code, _description, _url, isMainFrame) => {
    const shown = window();
    if (!isMainFrame || shown === null) return;
    const message = development.serverGone(server);
    void dialog.showMessageBox(shown, { type: 'error', message, detail: development.serverGoneDetail });
  });
}

/** Whether a hidden window can be found again without starting the app a second time. */
async function canHide(): Promise<boolean> {
  if (platform !== 'linux') return true;
  return tray !== null && (await hasTrayHost({ env: process.env, uid: process.getuid?.() ?? 0 }));
}

/** What is under way is put to rest in the journal before the process ends. */
function quitInOrder(running: Core): void {
  let closed = false;
  app.on('before-quit', (event) => {
    const again = quitting;
    quitting = true;
    if (closed) return;
    event.preventDefault();
    if (again) return; // asked for more than once: it is under way
    running
      .close()
      .catch((error: unknown) => running.session.log.error({ error }, 'the app did not close in order'))
      .finally(() => {
        closed = true;
        app.quit();
      });
  });
  app.on('window-all-closed', () => app.quit());
  app.on('activate', show);
}

function window() {
  return opened?.window ?? null;
}

function show(): void {
  if (opened === null && core !== null && !quitting) open(core, false);
  opened?.show();
}

function send(command: Command): void {
  show();
  push('command', command);
}

/** Paths that came by another way than the window: it asks what to do with them. */
function offer(paths: string[]): void {
  if (core === null || opened === null) {
    early.push(...paths);
    return;
  }
  const { offers } = core;
  const { webContents: page } = opened.window;
  const ask = () => {
    try {
      push('offer', offers.add(paths));
    } catch (error) {
      push('notice', { level: 'warning', text: asSidelineError(error).message });
    }
  };
  show();
  if (page.isLoadingMainFrame()) page.once('did-finish-load', ask);
  else ask();
}

function push<Name extends EventName>(name: Name, payload: Events[Name]): void {
  if (opened !== null && !opened.window.isDestroyed()) opened.window.webContents.send(channels.event, name, payload);
}

/** Nothing can be shown in a window yet: another Sideline has the data, or the folder cannot be written. */
function fail(error: unknown): void {
  const known = asSidelineError(error);
  console.error(known.kind === 'internal' ? error : known.message);
  dialog.showErrorBox(words.title, known.message);
  app.exit(1);
}
