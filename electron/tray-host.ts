/**
 * Whether a Linux desktop shows tray icons. Electron does not say: without a host `new Tray` falls back to an icon of old that
 * most desktops never draw, and nothing is thrown. So the session bus is asked, in the few words of D-Bus that this takes:
 * https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/, https://dbus.freedesktop.org/doc/dbus-specification.html.
 */
import net from 'node:net';

export interface TrayHostOptions {
  env: Record<string, string | undefined>;
  /** of the person, as the bus knows them */
  uid: number;
  /** ms; no answer by then is a no */
  patience?: number;
}

const watcher = 'org.kde.StatusNotifierWatcher';

/** True when a host for tray icons is registered with the session bus; never rejects. */
export async function hasTrayHost({ env, uid, patience = 1000 }: TrayHostOptions): Promise<boolean> {
  for (const path of busPaths(env)) if (await asks(path, uid, patience)) return true;
  return false;
}

/** Where the session bus listens: of the address' alternatives, those that are sockets of this computer. */
export function busPaths({
  DBUS_SESSION_BUS_ADDRESS: address,
  XDG_RUNTIME_DIR: folder,
}: Record<string, string | undefined>): string[] {
  if (address === undefined || address === '') return folder === undefined ? [] : [`${folder}/bus`];
  return address.split(';').flatMap((one) => {
    const [, kind, value] = /^unix:(?:.*,)?(path|abstract)=([^,]+)/.exec(one) ?? [];
    if (value === undefined) return [];
    return [`${kind === 'abstract' ? '\0' : ''}${unescaped(value)}`];
  });
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function asks(path: string, uid: number, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ path });
    const end = (answer: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), patience);
    let read = Buffer.alloc(0);
    let greeted = false;
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('connect', () => socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\n`));
    socket.on('data', (chunk) => {
      read = Buffer.concat([read, chunk]);
      if (!greeted) {
        const line = read.indexOf('\r\n');
        if (line < 0) return;
        if (!read.toString('latin1', 0, line).startsWith('OK')) {
          end(false);
          return;
        }
        greeted = true;
        read = read.subarray(line + 2);
        socket.write(Buffer.concat([Buffer.from('BEGIN\r\n'), hello(), question()]));
      }
      const answer = answerIn(read);
      if (answer !== null) end(answer);
    });
  });
}

/** Serial numbers of the two calls. */
const serials = { hello: 1, question: 2 };

function hello(): Buffer {
  const bus = 'org.freedesktop.DBus';
  return call(serials.hello, { path: '/org/freedesktop/DBus', destination: bus, interface: bus, member: 'Hello' });
}

function question(): Buffer {
  const to = {
    path: '/StatusNotifierWatcher',
    destination: watcher,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
  };
  return call(serials.question, to, [watcher, 'IsStatusNotifierHostRegistered']);
}

interface To {
  path: string;
  destination: string;
  interface: string;
  member: string;
}

/** A method call, little endian; nothing is started for it that does not run (0x2). */
function call(serial: number, to: To, words: readonly string[] = []): Buffer {
  const body = words.reduce((bytes, word) => Buffer.concat([padded(bytes, 4), text(word)]), Buffer.alloc(0));
  const fields: [code: number, type: string, value: Buffer][] = [
    [1, 'o', text(to.path)],
    [2, 's', text(to.interface)],
    [3, 's', text(to.member)],
    [6, 's', text(to.destination)],
  ];
  if (words.length > 0) fields.push([8, 'g', signature('s'.repeat(words.length))]);
  const header = fields.reduce(
    (bytes, [code, type, value]) => {
      const start = Buffer.concat([padded(bytes, 8), Buffer.from([code]), signature(type)]);
      return Buffer.concat([type === 'g' ? start : padded(start, 4), value]);
    },
    Buffer.alloc(0), // begins at byte 16 of the message: its own alignment is the message's
  );
  const start = Buffer.concat([
    Buffer.from('l\x01\x02\x01'),
    number(body.length),
    number(serial),
    number(header.length),
  ]);
  return Buffer.concat([padded(Buffer.concat([start, header]), 8), body]);
}

function text(value: string): Buffer {
  return Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(`${value}\0`)]);
}

function signature(types: string): Buffer {
  return Buffer.concat([Buffer.from([types.length]), Buffer.from(`${types}\0`)]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function padded(bytes: Buffer, to: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);
}

/** What the bus has said to the question, in `bytes` of whole and half messages; null: not yet. An error is a no. */
function answerIn(bytes: Buffer): boolean | null {
  for (let rest = bytes; rest.length >= 16;) {
    const little = rest[0] === 'l'.charCodeAt(0);
    const at = (offset: number) => (little ? rest.readUInt32LE(offset) : rest.readUInt32BE(offset));
    const bodyAt = Math.ceil((16 + at(12)) / 8) * 8;
    const end = bodyAt + at(4);
    if (rest.length < end) return null;
    if (replySerial(rest.subarray(16, 16 + at(12)), little) === serials.question) {
      // A variant that holds a boolean: its signature (1, 'b', 0), a byte of padding, four bytes.
      const isReply = rest[1] === 2 && rest.toString('latin1', bodyAt, bodyAt + 3) === '\x01b\0';
      return isReply && at(bodyAt + 4) === 1;
    }
    rest = rest.subarray(end);
  }
  return null;
}

/** Header field 5, of type `u`; the fields begin at multiples of 8, and only this one looks so. */
function replySerial(fields: Buffer, little: boolean): number | null {
  for (let at = 0; at + 8 <= fields.length; at += 8) {
    const isSerial = fields[at] === 5 && fields.toString('latin1', at + 1, at + 4) === '\x01u\0';
    if (isSerial) return little ? fields.readUInt32LE(at + 4) : fields.readUInt32BE(at + 4);
  }
  return null;
}
