/** A proxy in front of a real S3 that has the settings of a bucket which that one lacks: it keeps the XML that it is given, and gives it back. */
import { createHash } from 'node:crypto';
import http from 'node:http';
import { text } from 'node:stream/consumers';

export interface SettingsStore {
  endpoint: string;
  stop(): Promise<void>;
}

/** `settings`: their names in the query, with what S3 answers where there is none. What comes without a good Content-MD5 or checksum is refused, as S3 does. */
export async function startSettingsStore(
  target: string,
  settings: Readonly<Record<string, string>>,
): Promise<SettingsStore> {
  const upstream = new URL(target);
  const kept = new Map<string, string>();

  async function answer(name: string, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (request.method === 'PUT') {
      const body = await text(request);
      const md5 = createHash('md5').update(body).digest('base64');
      const proved = request.headers['content-md5'] === md5 || request.headers['x-amz-checksum-crc32'] !== undefined;
      if (proved) kept.set(name, body);
      refuse(response, proved ? null : [400, 'InvalidRequest']);
      return;
    }
    if (request.method === 'DELETE') kept.delete(name);
    const body = kept.get(name);
    if (body === undefined) refuse(response, request.method === 'DELETE' ? null : [404, settings[name] ?? '']);
    else response.end(body);
  }

  function refuse(response: http.ServerResponse, why: [status: number, code: string] | null): void {
    if (why === null) response.writeHead(200).end();
    else response.writeHead(why[0]).end(`<Error><Code>${why[1]}</Code><Message>by the test</Message></Error>`);
  }

  function forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { method, url, headers } = request;
    const onward = http.request(
      { host: upstream.hostname, port: upstream.port, method, path: url, headers },
      (came) => {
        response.writeHead(came.statusCode ?? 500, came.headers);
        came.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  const server = http.createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://store').searchParams;
    const name = Object.keys(settings).find((one) => query.has(one));
    if (name === undefined) forward(request, response);
    else void answer(name, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
