/** Where pages may go, what they may ask for, and whose messages are heard. */
import type { App, BrowserWindow, Session, WebContents, WebFrameMain } from 'electron';
import type { Logger } from 'pino';
import { pdfOrigin } from '../shared/previews.ts';
import type { PageAddress } from './protocol.ts';

/** Whether a message comes from the main frame of this window, showing the app's own page. */
export function trusts(
  window: () => BrowserWindow | null,
  { origin }: PageAddress,
): (frame: WebFrameMain | null) => boolean {
  return (frame) => {
    const own = window();
    if (frame === null || own === null || own.isDestroyed()) return false;
    return frame.frameTreeNodeId === own.webContents.mainFrame.frameTreeNodeId && frame.origin === origin;
  };
}

/** No camera, no place, no notifications, no downloads; only text may be put on the clipboard, by the app's own page. */
export function guardSession(session: Session, { origin }: PageAddress): void {
  const allowed = (permission: string, from: string) =>
    permission === 'clipboard-sanitized-write' && originOf(from) === origin;
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(allowed(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, from) => allowed(permission, from));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

type FrameNavigation = Electron.Event<Electron.WebContentsWillFrameNavigateEventParams>;

/** For every page there ever is, whoever made it. `mayFrame`: where frames in it may go; nowhere where it is not given. */
export function guardContents(
  contents: WebContents,
  { page }: PageAddress,
  log: Pick<Logger, 'warn'>,
  mayFrame: (event: FrameNavigation) => boolean = () => false,
): void {
  const refuse = (event: { preventDefault(): void }, what: string) => {
    event.preventDefault();
    log.warn(`${what} was refused`);
  };
  // Loading the page itself anew is no harm: the development server does it, and so may a page that has failed.
  contents.on('will-frame-navigate', (event) => {
    const mayGo = event.isMainFrame ? event.url === page : mayFrame(event);
    if (!mayGo) refuse(event, 'a navigation');
  });
  contents.on('will-redirect', (event) => refuse(event, 'a redirection'));
  contents.on('will-attach-webview', (event) => refuse(event, 'a webview'));
  contents.setWindowOpenHandler(() => {
    log.warn('a new window was refused');
    return { action: 'deny' };
  });
}

/** Of Chromium: the page of its PDF viewer. https://source.chromium.org/chromium/chromium/src/+/main:extensions/common/constants.h */
const viewerOrigin = 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai';

/** A frame shows a PDF, or the viewer that shows it goes on within its own. */
export function isOfPdfViewer({ url, initiator }: FrameNavigation): boolean {
  if (url.startsWith(`${pdfOrigin}/`)) return true;
  return url.startsWith(`${viewerOrigin}/`) && initiator?.origin === viewerOrigin;
}

/** Older releases of Chromium give their PDF viewer contents of its own, in which links of a PDF must lead nowhere either. */
export function guardViewers(app: Pick<App, 'on'>, log: Pick<Logger, 'warn'>): void {
  const nowhere: PageAddress = { origin: '', page: '' };
  app.on('web-contents-created', (_event, contents) => {
    if (contents.getType() === 'remote') guardContents(contents, nowhere, log, isOfPdfViewer);
  });
}

function originOf(url: string): string | null {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return null;
  }
}
