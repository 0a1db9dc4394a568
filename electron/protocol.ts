/** The page's own address, app://sideline/, instead of file://: only what the build made, under a strict policy. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Protocol } from 'electron';
import mime from 'mime';
import { contentPolicy } from './content-policy.ts';
import { objectScheme } from '../shared/previews.ts';
import { stillScheme } from './stills/still-protocol.ts';

const scheme = 'app';
const host = 'sideline';

export interface PageAddress {
  /** the only one that is trusted */
  origin: string;
  page: string;
}

/** Where the page is; `devServer` is ELECTRON_RENDERER_URL of electron-vite, which only an unpacked app may follow. */
export function pageAddress(devServer: string | undefined): PageAddress {
  if (devServer !== undefined) return { origin: new URL(devServer).origin, page: new URL(devServer).href };
  return { origin: `${scheme}://${host}`, page: `${scheme}://${host}/index.html` };
}

/** Has to be called before the app is ready, and once: a second call would undo the first. */
export function registerSchemes(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true };
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { ...privileges, codeCache: true } },
    { scheme: objectScheme, privileges: { standard: true, secure: true, stream: true } },
    { scheme: stillScheme, privileges: { ...privileges, stream: true } },
  ]);
}

/** Serves `folder` (absolute: the built page) from now on, to the session whose protocol this is. */
export function serveApp(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(scheme, (request) => answerPage(folder, request));
}

/** What the page shows of objects, from now on, to the session whose protocol this is. */
export function serveObjects(
  protocol: Pick<Protocol, 'handle'>,
  answer: (request: Pick<Request, 'method' | 'url' | 'headers'>) => Promise<Response>,
): void {
  protocol.handle(objectScheme, answer);
}

/** What a request gets: a file of `folder`, else 403, 404 or 405. Nothing outside of `folder` is ever read. */
export async function answerPage(folder: string, request: Pick<Request, 'method' | 'url'>): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const file = fileOf(folder, request.url);
  if (file === null) return refuse(403);
  const bytes = await contentOf(file);
  if (bytes === null) return refuse(404);
  const nonce = randomBytes(16).toString('base64');
  const body = path.extname(file) === '.html' ? withNonce(bytes.toString('utf8'), nonce) : new Uint8Array(bytes);
  return new Response(body, { headers: { ...headers(nonce), 'Content-Type': typeOf(file) } });
}

/** Null: no file of `folder` can be meant. */
function fileOf(folder: string, url: string): string | null {
  const { host: asked, pathname } = new URL(url);
  const name = decoded(pathname);
  // After decoding, so that no escape hides them; the colon would name a drive or a stream on Windows.
  if (asked !== host || name === null || /[\\:\0]/.test(name)) return null;
  const file = path.resolve(folder, `.${name === '/' ? '/index.html' : name}`);
  return file.startsWith(path.resolve(folder) + path.sep) ? file : null;
}

function decoded(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null; // a stray %
  }
}

/** Null: there is no such file. Throws what else goes wrong. */
async function contentOf(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}

function typeOf(file: string): string {
  const type = mime.getType(file) ?? 'application/octet-stream';
  return /^text\/|javascript|json|svg/.test(type) ? `${type}; charset=utf-8` : type;
}

/** Libraries that put <style> into the page (React Aria, AG Grid) find the nonce in this element; it is new with every answer. */
function withNonce(html: string, nonce: string): string {
  const meta = `<meta property="csp-nonce" nonce="${nonce}" content="${nonce}" />`;
  const present = /<meta\s[^>]*property="csp-nonce"[^>]*>/;
  return present.test(html) ? html.replace(present, meta) : html.replace('<head>', `<head>${meta}`);
}

function headers(nonce: string): Record<string, string> {
  return {
    'Content-Security-Policy': contentPolicy({ styles: nonce }),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

function refuse(status: 403 | 404 | 405): Response {
  return new Response(null, { status, headers: headers(randomBytes(16).toString('base64')) });
}
