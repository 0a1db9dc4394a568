/**
 * Runs in the window's sandbox before the page: puts `window.sideline` there, the only thing that the page has of the app.
 * Bundled into one small file, so it knows the contract's types but none of its schemas: the main process parses.
 */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { channels } from '../shared/channels.ts';
import type { Answer, Bridge, EventName, Offer } from '../shared/ipc.ts';
import { bridge as words } from '../shared/strings/bridge.ts';

const bridge: Bridge = {
  call: (name, input) => send(channels.call, name, input),
  drop: (files) => send<Offer>(channels.drop, files.flatMap(pathOf)),
  on(listener) {
    const receive = (_event: IpcRendererEvent, name: EventName, payload: unknown) => listener(name, payload as never);
    ipcRenderer.on(channels.event, receive);
    return () => void ipcRenderer.off(channels.event, receive);
  },
};

async function send<Output>(channel: string, ...message: unknown[]): Promise<Answer<Output>> {
  try {
    return (await ipcRenderer.invoke(channel, ...message)) as Answer<Output>;
  } catch {
    // Main answers whatever arrives: what is thrown here never left, for it holds a function or another thing that no message can.
    return { ok: false, error: { kind: 'invalid-input', name: 'INVALID_INPUT', message: words.unsendable } };
  }
}

/** The path of a dropped file or folder; none for what came from the clipboard, was made by script, or is no file at all. */
function pathOf(file: unknown): string[] {
  try {
    const path = webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]);
    return path === '' ? [] : [path];
  } catch {
    return [];
  }
}

contextBridge.exposeInMainWorld('sideline', bridge);
