/** A forward proxy that wants to know who asks. RFC 9112, 3.2.2 (absolute form), RFC 9110, 9.3.6 (CONNECT) and 11.7 (407) */
import http from 'node:http';
import net from 'node:net';

export interface LoginProxy {
  /** its origin: http://127.0.0.1:PORT */
  url: string;
  /** "name:password" that is let through; null: everybody is */
  login: string | null;
  /** the value of Proxy-Authenticate */
  challenge: string;
  /** how many requests were answered with 407 */
  refused: number;
  /** how many were let through: requests, or tunnels */
  passed: number;
  /** Ends every connection, as a proxy does that is started again. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startLoginProxy(login: string | null): Promise<LoginProxy> {
  const sockets = new Set<net.Socket>();
  const proxy: LoginProxy = {
    ...{ url: '', login, challenge: 'Basic realm="club"', refused: 0, passed: 0 },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      proxy.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function isLetThrough({ headers }: http.IncomingMessage): boolean {
    const wanted = proxy.login === null ? null : `Basic ${Buffer.from(proxy.login).toString('base64')}`;
    const through = wanted === null || headers['proxy-authorization'] === wanted;
    if (through) proxy.passed++;
    else proxy.refused++;
    return through;
  }

  const server = http.createServer((request, response) => {
    if (!isLetThrough(request)) {
      request.resume();
      response.writeHead(407, { 'proxy-authenticate': proxy.challenge }).end('<html>Who are you?</html>');
      return;
    }
    const { host, pathname, search } = new URL(request.url ?? '');
    const [hostname, port] = host.split(':');
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith('proxy-')));
    const path = `${pathname}${search}`;
    const onward = http.request({ hostname, port, path, method: request.method, headers, agent: false });
    onward.on('error', () => response.destroy());
    onward.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers)));
    request.on('error', () => onward.destroy()).pipe(onward);
  });
  server.on('connect', (request: http.IncomingMessage, socket: net.Socket, head: Buffer) => {
    socket.on('error', () => undefined);
    if (!isLetThrough(request)) {
      socket.end(`HTTP/1.1 407 Who are you\r\nProxy-Authenticate: ${proxy.challenge}\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const [hostname, port] = (request.url ?? '').split(':');
    const onward = net.connect(Number(port), hostname ?? '', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  proxy.url = `http://127.0.0.1:${address.port}`;
  return proxy;
}
