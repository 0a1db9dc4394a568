/**
 * The built app with a measuring tape: what Electron starts in the place of out/main/main.js. `globalThis.tape`, read through the
 * debugger, has the loop delay and the messages of the main process; when the window can be used is a line on stdout.
 */
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { app, BrowserWindow, ipcMain } from 'electron';
import { beginTrace, endTrace } from './renderer-trace.mjs';

/* global console */

const root = path.resolve(import.meta.dirname, '../../..');
app.setAppPath(root);

const delay = monitorEventLoopDelay({ resolution: 1 }); // ms
delay.enable();
let messages = new Map();
const count = (name) => messages.set(name, (messages.get(name) ?? 0) + 1);

// Drawn, and a button is there that can be pressed. ms since 1970
const usable = `new Promise((resolve) => {
  const ready = () => document.querySelector('h1') !== null && document.querySelector('main button:not(:disabled)') !== null;
  const look = () => (ready() ? requestAnimationFrame(() => setTimeout(() => resolve(Date.now()))) : setTimeout(look, 2));
  look();
})`;

app.on('web-contents-created', (_event, page) => {
  const send = page.send.bind(page);
  page.send = (channel, name, ...rest) => {
    count(`event ${name}`);
    send(channel, name, ...rest);
  };
  page.on('dom-ready', () => page.executeJavaScript(usable).then((at) => console.log(`usable ${at}`)));
});

const handle = ipcMain.handle.bind(ipcMain);
ipcMain.handle = (channel, answer) =>
  handle(channel, (event, name, ...rest) => {
    count(`call ${name}`);
    return answer(event, name, ...rest);
  });

const pageProcess = () =>
  BrowserWindow.getAllWindows()
    .find((window) => window.isVisible())
    .webContents.getOSProcessId();

/** `read`: since the last reading. */
globalThis.tape = {
  read() {
    const reading = {
      delay: delay.percentile(99) / 1e6,
      longest: delay.max / 1e6,
      messages: Object.fromEntries(messages),
    };
    delay.reset();
    messages = new Map();
    return reading;
  },
  beginTrace: () => beginTrace(pageProcess()),
  endTrace: () => endTrace(pageProcess()),
};

await import(path.join(root, 'out', 'main', 'main.js'));
