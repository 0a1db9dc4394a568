/** The one window: what its page may do (nothing but its own), how it looks before it is painted, where it stands. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { Logger } from 'pino';
import type { Settings } from '../shared/settings.ts';
import { shell } from '../shared/strings/shell.ts';
import { guardContents, isOfPdfViewer } from './guards.ts';
import type { PageAddress } from './protocol.ts';
import { fitBounds, nextZoom, smallest, type WindowPlace } from './window-place.ts';

export interface WindowDeps {
  address: PageAddress;
  /** absolute path of the built preload script */
  preload: string;
  /** of the window's icon, where the system shows one: Linux and Windows */
  icon: string;
  place: WindowPlace;
  /** Called a moment after the window was moved, sized or zoomed, and when it closes. */
  onPlace(place: WindowPlace): void;
  /** false: it starts in the tray, until `show` */
  visible: boolean;
  log: Pick<Logger, 'error' | 'warn'>;
}

/** `--canvas` of renderer/styles/tokens.css: what is seen until the page is painted. */
const grounds = { light: '#f4f6f3', dark: '#111513' };
/** ms of rest before a place is worth remembering */
const settled = 500;
/** A page that crashes again within this time is not loaded again. ms */
const crashing = 10_000;

export interface AppWindow {
  window: BrowserWindow;
  /** Brings it to the front, from the tray and from the dock too. */
  show(): void;
  /** By a step of `zooms`, or back to 100 %. */
  zoom(direction: 'in' | 'out' | 'reset'): void;
}

/** Opens the window and begins to load its page. Once the app is ready. */
export function openWindow(deps: WindowDeps): AppWindow {
  const { address, place, log } = deps;
  const window = new BrowserWindow(windowOptions(deps));
  const { webContents: contents } = window;
  const zoomed = { factor: place.zoom };
  const placeChanged = keepPlace(window, zoomed, deps.onPlace);
  let unseen = place.maximised;

  function show(): void {
    if (unseen) window.maximize();
    unseen = false;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  function zoom(direction: 'in' | 'out' | 'reset'): void {
    zoomed.factor = direction === 'reset' ? 1 : nextZoom(zoomed.factor, direction === 'in' ? 1 : -1);
    contents.setZoomFactor(zoomed.factor);
    placeChanged();
  }

  guardContents(contents, address, log, isOfPdfViewer);
  keepGround(window);
  recover(window, log);
  contents.on('did-navigate', () => contents.setZoomFactor(zoomed.factor));
  contents.on('zoom-changed', (_event, direction) => zoom(direction));
  if (deps.visible) window.once('ready-to-show', show);
  window.loadURL(address.page).catch((error: unknown) => log.error({ error }, 'the page could not be loaded'));
  return { window, show, zoom };
}

function windowOptions({ place, preload, icon }: WindowDeps): Electron.BrowserWindowConstructorOptions {
  return {
    ...fitBounds(place.bounds, workAreas()),
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: shell.title,
    icon,
    show: false,
    backgroundColor: ground(),
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      zoomFactor: place.zoom,
    },
  };
}

/** Light or dark for the page, the menus and the ground under both. */
export function applyTheme(theme: Settings['theme']): void {
  nativeTheme.themeSource = theme;
}

function ground(): string {
  return nativeTheme.shouldUseDarkColors ? grounds.dark : grounds.light;
}

function keepGround(window: BrowserWindow): void {
  const repaint = () => window.setBackgroundColor(ground());
  nativeTheme.on('updated', repaint);
  window.once('closed', () => nativeTheme.off('updated', repaint));
}

/** The primary one first. */
function workAreas(): Electron.Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

/** Returns what says that the zoom has changed. */
function keepPlace(
  window: BrowserWindow,
  zoomed: { readonly factor: number },
  onPlace: WindowDeps['onPlace'],
): () => void {
  let timer: NodeJS.Timeout | undefined;
  function now(): void {
    clearTimeout(timer);
    if (window.isDestroyed()) return;
    onPlace({ bounds: window.getNormalBounds(), maximised: window.isMaximized(), zoom: zoomed.factor });
  }
  function soon(): void {
    clearTimeout(timer);
    timer = setTimeout(now, settled);
  }
  window.on('resize', soon);
  window.on('move', soon);
  window.on('maximize', soon);
  window.on('unmaximize', soon);
  window.on('close', now);
  return soon;
}

/** What is being uploaded goes on in the main process: the page only has to come back. */
function recover(window: BrowserWindow, log: Pick<Logger, 'error'>): void {
  let last = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error({ reason, exitCode }, 'the page crashed');
    const now = performance.now();
    if (reason !== 'clean-exit' && now - last > crashing && !window.isDestroyed()) window.webContents.reload();
    last = now;
  });
}
