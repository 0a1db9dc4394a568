/** The least that a Linux desktop with a tray does: owns the watcher's name on a session bus, and answers whether it has a host. */
import { once } from 'node:events';
import net from 'node:net';

type Field = [code: number, type: 's' | 'o' | 'g' | 'u', value: string | number];

/** Resolves once the name is owned; returns what gives it up. `bus`: path of the bus' socket. */
export async function startTrayWatcher(bus: string, hasHost: boolean): Promise<() => void> {
  const socket = net.connect({ path: bus });
  await once(socket, 'connect');
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  await once(socket, 'data');
  const to: Field[] = [
    [1, 'o', '/org/freedesktop/DBus'],
    [2, 's', 'org.freedesktop.DBus'],
    [6, 's', 'org.freedesktop.DBus'],
  ];
  socket.write('BEGIN\r\n');
  socket.write(message(1, 1, [...to, [3, 's', 'Hello']]));
  const name = Buffer.concat([value('s', 'org.kde.StatusNotifierWatcher'), Buffer.alloc(2), value('u', 0)]);
  socket.write(message(1, 2, [...to, [3, 's', 'RequestName'], [8, 'g', 'su']], name));
  await new Promise<void>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      for (const { type, serial, sender, replyTo } of messagesIn(bytes)) {
        if (replyTo === 2) resolve();
        if (type !== 1) continue;
        const answer = Buffer.from([1, 'b'.charCodeAt(0), 0, 0, hasHost ? 1 : 0, 0, 0, 0]);
        socket.write(message(2, 3, [[5, 'u', serial], [6, 's', sender], [8, 'g', 'v']], answer)); // prettier-ignore
      }
    });
  });
  return () => void socket.destroy();
}

function message(type: number, serial: number, fields: Field[], body = Buffer.alloc(0)): Buffer {
  let header = Buffer.alloc(0);
  for (const [code, kind, what] of fields) {
    header = Buffer.concat([padded(header, 8), Buffer.from([code, 1, kind.charCodeAt(0), 0]), value(kind, what)]);
  }
  const start = Buffer.concat([Buffer.from([0x6c, type, 0, 1]), u32(body.length), u32(serial), u32(header.length)]);
  return Buffer.concat([padded(Buffer.concat([start, header]), 8), body]);
}

function value(kind: Field[1], what: string | number): Buffer {
  if (kind === 'u') return u32(Number(what));
  const text = Buffer.from(`${what}\0`);
  return Buffer.concat([kind === 'g' ? Buffer.from([text.length - 1]) : u32(text.length - 1), text]);
}

interface Heard {
  type: number;
  serial: number;
  sender: string;
  replyTo: number | null;
}

/** Whole messages, little endian, as the bus of this machine sends them. */
function messagesIn(bytes: Buffer): Heard[] {
  const heard: Heard[] = [];
  for (let rest = bytes; rest.length >= 16;) {
    const fieldsEnd = 16 + rest.readUInt32LE(12);
    const found: Heard = { type: rest[1] ?? 0, serial: rest.readUInt32LE(8), sender: '', replyTo: null };
    for (let at = 16; at < fieldsEnd; at = Math.ceil(at / 8) * 8) {
      const [code, kind] = [rest[at], String.fromCharCode(rest[at + 2] ?? 0)];
      const long = kind === 'g' ? (rest[at + 4] ?? 0) : rest.readUInt32LE(at + 4);
      if (code === 5) found.replyTo = long;
      if (code === 7) found.sender = rest.toString('latin1', at + 8, at + 8 + long);
      at += kind === 'u' ? 8 : kind === 'g' ? 6 + long : 9 + long;
    }
    heard.push(found);
    rest = rest.subarray(Math.ceil(fieldsEnd / 8) * 8 + rest.readUInt32LE(4));
  }
  return heard;
}

function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function padded(bytes: Buffer, to: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);
}
