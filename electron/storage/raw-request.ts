/** One small request over node:http, for what the SDK cannot ask: a wrong checksum on purpose, or whether anyone is there. */
import http from 'node:http';
import https from 'node:https';
import type { Agents } from './agents.ts';
import type { S3Answer } from './s3-errors.ts';
import type { RequestToSign, SignedRequest } from './sigv4.ts';

export interface RawOptions {
  method: RequestToSign['method'];
  agents: Pick<Agents, 'for'>;
  signal: AbortSignal;
  /** ms without anything moving */
  timeout: number;
  body?: Buffer;
}

/** Rejects with the system's own error; a timeout is one with the code ETIMEDOUT. */
export function rawRequest(request: SignedRequest, options: RawOptions): Promise<S3Answer> {
  const { method, agents, signal, timeout, body } = options;
  const { protocol, hostname, port } = request.origin;
  return new Promise((resolve, reject) => {
    const outgoing = (protocol === 'https:' ? https : http).request({
      method,
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: request.path,
      headers: request.headers,
      agent: agents.for(request.origin),
      timeout,
      signal,
    });
    outgoing.on('error', reject);
    outgoing.on('timeout', () =>
      outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
    );
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (piece: string) => (text += piece));
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }));
    });
    outgoing.end(body);
  });
}
