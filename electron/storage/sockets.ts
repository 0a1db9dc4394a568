/** Sockets to one origin that is reached without a proxy: kept alive between requests, the one used last given out first. */
import net from 'node:net';
import tls from 'node:tls';

export interface Sockets {
  /** One that is idle, or a new one, connected to the server it was meant for. Rejects with the system's own error, and with the signal's reason. */
  take(signal: AbortSignal): net.Socket | Promise<net.Socket>;
  /** Nothing is under way on it, and it stays usable for so long, as the server says. ms; null: until the server closes it */
  keep(socket: net.Socket, idleFor: number | null): void;
  /** Ends every socket, those in use too. */
  destroy(): void;
}

/** More are not kept: a server limits how many it keeps, too. */
const mostIdle = 256;
/** for a connection that nobody accepts. ms */
const longestConnect = 30_000;

/** `secureContext`: whom TLS trusts; not asked for without it. */
export function createSockets(origin: URL, secureContext: () => tls.SecureContext): Sockets {
  const open = new Set<net.Socket>();
  const idle: net.Socket[] = [];
  const resting = new Set<net.Socket>();
  const host = origin.hostname.replace(/^\[|\]$/g, ''); // an IPv6 address stands in brackets in a URL only
  const secure = origin.protocol === 'https:';
  const place = { host, port: Number(origin.port || (secure ? 443 : 80)), noDelay: true, keepAlive: true };
  /** of the last handshake, by which the next is shorter */
  let session: Buffer | undefined;

  function dropIdle(socket: net.Socket): void {
    if (resting.delete(socket)) idle.splice(idle.indexOf(socket), 1);
  }

  function connect(): net.Socket {
    if (!secure) return net.connect(place);
    const name = net.isIP(host) === 0 ? { servername: host } : {};
    const known = session === undefined ? {} : { session };
    const options = { ...place, ...name, ...known, secureContext: secureContext(), ALPNProtocols: ['http/1.1'] };
    return tls.connect(options).on('session', (fresh: Buffer) => (session = fresh));
  }

  /** Nothing is written before the server has proved who it is. */
  function opened(signal: AbortSignal): Promise<net.Socket> {
    const socket = connect();
    open.add(socket);
    return new Promise((resolve, reject) => {
      const abort = () => socket.destroy();
      const settle = () => {
        signal.removeEventListener('abort', abort);
        socket.off('error', failed).off('close', closed).setTimeout(0);
      };
      const failed = (error: Error) => {
        settle();
        socket.on('error', () => undefined); // what follows says no more
        reject(signal.aborted ? (signal.reason as Error) : error);
      };
      const closed = () => failed(Object.assign(new Error('closed while connecting'), { code: 'ECONNRESET' }));
      signal.addEventListener('abort', abort, { once: true });
      socket.setTimeout(longestConnect, () => {
        socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
      });
      socket.on('error', failed).on('close', closed);
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        settle();
        resolve(watched(socket));
      });
    });
  }

  /** From then on its end is noticed whoever has it. */
  function watched(socket: net.Socket): net.Socket {
    socket.removeAllListeners('timeout');
    return socket
      .on('error', () => dropIdle(socket))
      .on('end', () => dropIdle(socket))
      .on('timeout', () => {
        if (resting.has(socket)) socket.destroy();
      })
      .on('data', () => {
        if (resting.has(socket)) socket.destroy(); // nobody asked for anything
      })
      .on('close', () => {
        dropIdle(socket);
        open.delete(socket);
      });
  }

  return {
    take(signal) {
      for (let socket = idle.pop(); socket !== undefined; socket = idle.pop()) {
        resting.delete(socket);
        if (!socket.destroyed && socket.readable && socket.writable) return socket;
      }
      return opened(signal);
    },
    keep(socket, idleFor) {
      if (socket.destroyed || idle.length >= mostIdle) {
        socket.destroy();
        return;
      }
      socket.setTimeout(idleFor ?? 0);
      idle.push(socket);
      resting.add(socket);
    },
    destroy() {
      for (const socket of open) socket.destroy();
      open.clear();
      idle.length = 0;
      resting.clear();
    },
  };
}
