/**
 * An S3 that lists one folder with very many objects, which nobody has to put there first: filling a real store with 100,000
 * takes it two minutes. Answers GET of the list in pages, as every store does, and refuses all else.
 */
import http from 'node:http';
import { document, type Xml } from '../../electron/practice/s3-xml.ts';

export interface ListedFolder {
  /** origin: http://127.0.0.1:PORT */
  endpoint: string;
  region: string;
  bucket: string;
  stop(): Promise<void>;
}

const pageSize = 1000;

/** `keyOf`: of an object's place in the order of the list. All keys begin with `prefix`, which ends with a slash. */
export async function startListedFolder(
  prefix: string,
  objects: number,
  keyOf: (at: number) => string,
): Promise<ListedFolder> {
  const server = http.createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://store');
    const isList = request.method === 'GET' && pathname === '/listed' && query.get('list-type') === '2';
    const within = (query.get('prefix') ?? '').startsWith(prefix);
    const content = within ? page(Number(query.get('continuation-token') ?? 0), objects, keyOf) : above(prefix);
    const body = isList ? document('ListBucketResult', content) : document('Error', [['Code', 'NotImplemented']]);
    response.writeHead(isList ? 200 : 501, { 'content-type': 'application/xml' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    ...{ endpoint: `http://127.0.0.1:${address.port}`, region: 'us-east-1', bucket: 'listed' },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function above(prefix: string): Xml[] {
  return [
    ['IsTruncated', false],
    ['CommonPrefixes', [['Prefix', prefix]]],
  ];
}

function page(from: number, objects: number, keyOf: (at: number) => string): Xml[] {
  const to = Math.min(from + pageSize, objects);
  const rows = Array.from({ length: to - from }, (_, at): Xml => {
    const what: Xml[] = [
      ['Key', keyOf(from + at)],
      ['LastModified', '2026-05-31T12:00:00.000Z'],
      ['ETag', '"d41d8cd98f00b204e9800998ecf8427e"'],
      ['Size', 0],
      ['StorageClass', 'STANDARD'],
    ];
    return ['Contents', what];
  });
  const next: Xml[] = to < objects ? [['NextContinuationToken', String(to)]] : [];
  return [['IsTruncated', to < objects], ...next, ...rows];
}
