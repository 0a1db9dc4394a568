/** What stores answer to a deletion that Ceph never does: a small server says it, over a real connection. */
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRemover } from '../../electron/admin/delete/remover.ts';
import type { KeyToDelete } from '../../electron/admin/delete/delete-xml.ts';
import type { Versioning } from '../../shared/deletions.ts';
import { openAs } from '../servers/admin-bucket.ts';

interface Asked {
  method: string;
  url: string;
  body: string;
}
interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

describe('a deletion', () => {
  let server: http.Server;
  let store: ReturnType<typeof openAs>;
  let asked: Asked[];
  let answers: (asked: Asked) => Answer;

  beforeEach(async () => {
    asked = [];
    server = http.createServer((request, response) => {
      void text(request).then((body) => {
        const one = { method: request.method ?? '', url: request.url ?? '', body };
        asked.push(one);
        const { status = 200, headers = {}, body: said = '' } = answers(one);
        response.writeHead(status, headers).end(said);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };
    store = openAs('media', { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', ...keys });
  });
  afterEach(async () => {
    store.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const result = (inside: string) => ({ body: `<?xml version="1.0"?><DeleteResult>${inside}</DeleteResult>` });
  const deletedXml = (key: string) => `<Deleted><Key>${key}</Key></Deleted>`;
  const errorXml = (key: string, code: string) => `<Error><Key>${key}</Key><Code>${code}</Code></Error>`;
  const keyed = (...keys: string[]): KeyToDelete[] => keys.map((key) => ({ key, versionId: null, etag: `of-${key}` }));

  async function remove(keys: readonly KeyToDelete[], versioning: Versioning = 'off') {
    const remover = createRemover({ bucket: store.bucket, versioning, backoff: { first: 1, longest: 2 } });
    const fates = await remover.remove(keys, new AbortController().signal);
    return fates.map((fate) => (fate.error === null ? (fate.markerId ?? 'gone') : fate.error.kind));
  }

  it('is on condition that the object is the one that was looked at', async () => {
    answers = ({ body }) => {
      expect(body).toContain('<Object><Key>a</Key><ETag>of-a</ETag></Object>');
      return result(deletedXml('a') + errorXml('b', 'PreconditionFailed'));
    };
    expect(await remove(keyed('a', 'b'))).toEqual(['gone', 'object-changed']);
    expect(asked).toHaveLength(1);
  });

  it('does without conditions where they need a right that is not there', async () => {
    answers = ({ body }) => {
      const keys = [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key);
      const refuses = (key: string) => body.includes('<ETag>') || key === 'locked';
      return result(keys.map((key) => (refuses(key) ? errorXml(key, 'AccessDenied') : deletedXml(key))).join(''));
    };
    expect(await remove(keyed('a', 'locked'))).toEqual(['gone', 'denied']);
    expect(asked).toHaveLength(2);
  });

  it('asks again for what was throttled or failed, and only for that', async () => {
    let calls = 0;
    answers = ({ body }) => {
      calls += 1;
      if (calls === 1) return result(deletedXml('a') + errorXml('b', 'SlowDown') + errorXml('c', 'InternalError'));
      expect(body).not.toContain('<Key>a</Key>');
      return result(deletedXml('b') + deletedXml('c'));
    };
    expect(await remove(keyed('a', 'b', 'c'))).toEqual(['gone', 'gone', 'gone']);
    expect(calls).toBe(2);
  });

  it('looks for itself what became of a key that the answer does not speak of', async () => {
    answers = ({ method, url }) => {
      if (method === 'POST') return result(deletedXml('a'));
      return url.startsWith('/media/b') ? { status: 404 } : { headers: { etag: '"x"', 'content-length': '1' } };
    };
    expect(await remove(keyed('a', 'b', 'still-there'))).toEqual(['gone', 'gone', 'connection-lost']);
  });

  it('finds the mark that the answer does not name', async () => {
    const version = (key: string) =>
      `<DeleteMarker><Key>${key}</Key><VersionId>mark-${key}</VersionId><IsLatest>true</IsLatest></DeleteMarker>`;
    answers = ({ method, url }) => {
      if (method === 'POST') return result(deletedXml('a') + deletedXml('b'));
      const prefix = new URL(url, 'http://store').searchParams.get('prefix') ?? '';
      return { body: `<ListVersionsResult>${version(prefix)}</ListVersionsResult>` };
    };
    expect(await remove(keyed('a', 'b'), 'on')).toEqual(['mark-a', 'mark-b']);
  });

  it('takes a refusal for one, whatever its status says', async () => {
    answers = () => ({ body: '<Error><Code>AccessDenied</Code></Error>' });
    await expect(remove(keyed('a'))).rejects.toMatchObject({ kind: 'server-error' });
    answers = ({ method }) =>
      method === 'POST' ? { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' } : { status: 403 };
    expect(await remove(keyed('a', 'b'))).toEqual(['denied', 'denied']);
  });

  it.each([
    ['MFA Delete', 403, 'AccessDenied', 'Mfa Authentication must be used for this request', 'second factor'],
    ['a lock of Amazon', 403, 'AccessDenied', 'Access Denied because object protected by object lock.', 'object lock'],
    ['a lock of MinIO', 400, 'InvalidRequest', 'Object is WORM protected and cannot be overwritten', 'object lock'],
  ])('says that it is %s, for one and for many, and greys nothing out', async (_, status, code, message, words) => {
    const refused = `<Code>${code}</Code><Message>${message}</Message>`;
    for (const isWhole of [true, false]) {
      answers = ({ method }) => {
        if (method === 'HEAD') return { status: 403 };
        if (isWhole) return { status, body: `<Error>${refused}</Error>` };
        return result(`<Error><Key>a</Key><VersionId>1</VersionId>${refused}</Error>`);
      };
      const remover = createRemover({ bucket: store.bucket, versioning: 'on', backoff: { first: 1, longest: 2 } });
      const [fate] = await remover.remove([{ key: 'a', versionId: '1', etag: null }], new AbortController().signal);
      expect([isWhole, fate?.error?.kind]).toEqual([isWhole, 'object-protected']);
      expect(fate?.error?.message).toContain(words);
    }
    expect(store.rights.of(1)).toEqual([]);
  });

  it.each([
    [405, 'MethodNotAllowed'],
    [501, 'NotImplemented'],
    [400, 'MalformedXML'],
  ])('goes key by key where the store does not have it for many, and says so with %i', async (status, code) => {
    answers = ({ method }) =>
      method === 'POST' ? { status, body: `<Error><Code>${code}</Code></Error>` } : { status: 204 };
    expect(await remove(keyed('a', 'b', 'c'))).toEqual(['gone', 'gone', 'gone']);
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'DELETE', 'DELETE', 'DELETE']);
  });

  it('learns what is denied from the answer to each key, though the answer as a whole is good', async () => {
    answers = ({ body }) => {
      if (body.includes('<ETag>')) return result(errorXml('x/a', 'AccessDenied') + errorXml('y/b', 'AccessDenied'));
      return result(errorXml('x/a', 'AccessDenied') + deletedXml('y/b'));
    };
    expect(await remove(keyed('x/a', 'y/b'))).toEqual(['denied', 'gone']);
    expect(store.rights.of(1)).toMatchObject([{ right: 'delete', folder: 'x/' }]);
  });

  it('sends Content-MD5, which older stores demand, and no checksum that they do not know', async () => {
    let headers: http.IncomingHttpHeaders = {};
    server.on('request', (request: http.IncomingMessage) => (headers = request.headers));
    answers = () => result(deletedXml('a'));
    await remove(keyed('a'));
    expect(headers['content-md5']).toMatch(/^[\w+/]{22}==$/);
    expect(headers.authorization).toContain('content-md5');
    expect(Object.keys(headers).filter((name) => name.startsWith('x-amz-checksum'))).toEqual([]);
  });
});
