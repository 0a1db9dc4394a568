/** Sends one body to one key, or part of it, and proves by the answer that what arrived is what was read. */
import type http from 'node:http';
import type { IntegrityMode } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { errorFromNetwork, errorFromResponse, isPortal, type S3Answer } from '../../storage/s3-errors.ts';
import { headersOf, type ObjectOptions } from '../../storage/object-options.ts';
import { crc32ToBase64 } from '../../storage/storage.ts';
import type { Body } from './body.ts';
import type { Line } from './line.ts';
import type { Slot } from './slots.ts';
import { put } from './transport.ts';

export interface Target {
  key: string;
  /** partNumber and uploadId of a part; empty for a whole object */
  query: Record<string, string>;
  /** of a whole object; null: a part has none of its own */
  options: ObjectOptions | null;
  /** The store is to refuse it where there is an object of this key: `object-exists`. */
  onlyIfFree: boolean;
}

export interface Sent {
  crc32: number;
  /** hex, where the store's proof needed it */
  md5: string | null;
  etag: string;
  versionId: string | null;
}

/** Throws a SidelineError of any kind that a store or a line can cause; the slot's reason when it was aborted. */
export async function send(line: Line, slot: Slot, target: Target, body: Body): Promise<Sent> {
  const { storage, integrity } = line;
  const context = {
    operation: 'upload',
    bucket: storage.connection.config.bucket,
    key: target.key,
    host: storage.host,
  } as const;
  const headers = headersFor(body, target, integrity);
  const clock = storage.clockOffset();
  const request = await storage.sign({ method: 'PUT', key: target.key, query: target.query, headers });
  await line.journal.committed();
  const begun = performance.now();
  let answer: S3Answer;
  try {
    answer = await put(
      {
        ...{ request, body, bandwidth: line.bandwidth, signal: slot.signal, stallAfter: line.stallAfter },
        onSent(bytes) {
          slot.sent += bytes;
          line.onSent(bytes);
        },
      },
      storage.wayTo(request.origin),
    );
  } catch (error) {
    slot.signal.throwIfAborted();
    throw error instanceof SidelineError ? error : errorFromNetwork(error, context);
  }
  // A page with status 200 is no store's answer: without this it would be taken for proof where the store itself checks.
  if (answer.status >= 300 || isPortal(answer.status, answer.headers)) {
    storage.learnClock(answer.headers.date);
    const error = errorFromResponse(answer, context);
    // The store compares the time of signing with that of the end: with a clock that is right it is the line that took so long.
    const tooSlow = storage.clockOffset() === clock && performance.now() - begun > line.parts.longest;
    throw error.kind === 'clock-wrong' && tooSlow
      ? new SidelineError('request-too-slow', { cause: error.cause })
      : error;
  }
  refuseUnencrypted(target, answer.headers);
  return proof(body, headers, answer.headers, integrity);
}

const crcHeader = 'x-amz-checksum-crc32';

function headersFor(body: Body, target: Target, integrity: IntegrityMode): Record<string, string> {
  const headers: Record<string, string> = { 'content-length': String(body.size) };
  if (target.options !== null) Object.assign(headers, headersOf(target.options));
  if (target.onlyIfFree) headers['if-none-match'] = '*';
  if (integrity === 'crc32') headers[crcHeader] = crc32ToBase64(body.crc32);
  if (integrity === 'content-md5' && body.md5 !== null) {
    headers['content-md5'] = Buffer.from(body.md5, 'hex').toString('base64');
  }
  return headers;
}

/** A store may take the wish to encrypt and not heed it. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
function refuseUnencrypted({ options }: Target, answer: http.IncomingHttpHeaders): void {
  const sse = options?.sse ?? null;
  if (sse !== null && answer['x-amz-server-side-encryption'] !== sse.by)
    throw new SidelineError('sse-refused', { subject: sse.by });
}

/** Throws `integrity` when the store returns another checksum than that of what was read. */
function proof(
  body: Body,
  sent: Record<string, string>,
  answer: http.IncomingHttpHeaders,
  integrity: IntegrityMode,
): Sent {
  const etag = (answer.etag ?? '').replaceAll('"', '');
  const returned = answer[crcHeader];
  const { md5 } = body;
  if (integrity === 'crc32' && typeof returned === 'string' && returned !== sent[crcHeader]) {
    throw new SidelineError('integrity', { cause: new Error(`CRC32 ${returned} came back`) });
  }
  if (integrity === 'etag-md5' && etag !== md5) {
    throw new SidelineError('integrity', { cause: new Error(`ETag ${etag} came back for MD5 ${String(md5)}`) });
  }
  const version = answer['x-amz-version-id'];
  return { crc32: body.crc32, md5, etag, versionId: typeof version === 'string' ? version : null };
}
