/** The hidden window that shows videos to take stills of: a sandbox with nothing in it, in a session of its own without a network. */
import { BrowserWindow, session, type Session } from 'electron';
import type { Logger } from 'pino';
import { guardContents, guardSession } from '../guards.ts';
import { isOfStills, stillScheme } from './still-protocol.ts';

/** No page of this session is trusted with anything. */
const nobody = { origin: '', page: '' };

/** In memory only: nothing of a video is left on the disk. Once the app is ready, and once per process. */
export function openStillSession(answer: (request: Request) => Promise<Response>): Session {
  const own = session.fromPartition('stills', { cache: false });
  own.protocol.handle(stillScheme, answer);
  own.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isOfStills(url) }));
  guardSession(own, nobody);
  return own;
}

export interface StillWindow {
  /** Rejects where the page cannot be loaded. */
  show(page: string): Promise<void>;
  /** At once, whatever it is doing. */
  end(): void;
}

/** `onLost`: its process has ended, or somebody else has closed it; it is of no use any more. */
export function openStillWindow(own: Session, log: Pick<Logger, 'warn'>, onLost: () => void): StillWindow {
  const window = new BrowserWindow({
    show: false,
    ...{ width: 320, height: 180, focusable: false, skipTaskbar: true },
    webPreferences: {
      session: own,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
      backgroundThrottling: false, // nobody ever sees it
    },
  });
  const { webContents: contents } = window;
  contents.setAudioMuted(true);
  guardContents(contents, nobody, log);
  let ended = false;

  function end(): void {
    if (ended) return;
    ended = true;
    contents.forcefullyCrashRenderer(); // one that hangs would not hear
    window.destroy();
  }

  function lost(why: object): void {
    if (ended) return;
    log.warn(why, 'the window for stills is lost');
    if (window.isDestroyed()) ended = true;
    else end();
    onLost();
  }

  contents.on('render-process-gone', (_event, { reason, exitCode }) => lost({ reason, exitCode }));
  window.once('closed', () => lost({ reason: 'closed' }));
  return { show: (page) => window.loadURL(page), end };
}
