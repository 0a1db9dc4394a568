/** sideline stat: all that the storage and the journal know of an object. */
import { formatBytes, printable } from '../../shared/format.ts';
import type { Grant, ObjectDetails, Told } from '../../shared/objects.ts';
import { stat as words } from '../../shared/strings/terminal-objects.ts';
import { objectDetails } from '../admin/objects/details.ts';
import { sentFrom } from '../admin/objects/sent-from.ts';
import { reasonOf } from '../../shared/errors.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { withBucket, type BucketCommand } from './open-bucket.ts';

export interface StatOptions extends BucketCommand {
  json: boolean;
  version?: string | undefined;
}

/** 1 where one of them could not be asked; the others are shown. */
export function stat(keys: readonly string[], options: StatOptions, env: Environment): Promise<0 | 1 | 3> {
  return withBucket(options, env, async (bucket, signal, journal) => {
    let failed = 0;
    for (const key of keys) {
      try {
        const at = { key, versionId: options.version ?? null };
        const known = { receipt: sentFrom(journal), destinations: () => journal?.destinations() ?? [] };
        const details = await objectDetails(bucket, at, known, signal);
        process.stdout.write(options.json ? jsonLine(details) : `${detailsText(details)}\n`);
      } catch (error) {
        signal.throwIfAborted();
        failed += 1;
        const reason = reasonOf(error);
        if (options.json) process.stdout.write(jsonLine({ key, error: reason }));
        else process.stderr.write(`${printable(reason.message)}\n`);
      }
    }
    return failed > 0 ? 1 : 0;
  });
}

function detailsText(details: ObjectDetails): string {
  const { key, size, modified, etag, versionId, headers, metadata, checksums, receipt } = details;
  const lines: [string, string | null][] = [
    [words.size, `${formatBytes(size)} (${size.toLocaleString('en-US')} ${words.bytes})`],
    [words.modified, new Date(modified).toISOString()],
    [words.type, headers.contentType],
    ['Cache-Control', headers.cacheControl],
    ['Content-Disposition', headers.contentDisposition],
    ['Content-Encoding', headers.contentEncoding],
    ['Content-Language', headers.contentLanguage],
    ['Expires', headers.expires],
    ['ETag', etag],
    ...Object.entries(checksums),
    [words.version, versionId],
    [words.storageClass, details.storageClass],
    [words.encryption, details.sse],
    [words.restore, details.restore],
    ...Object.entries(metadata).map(([name, value]): [string, string] => [`${words.metadata} ${name}`, value]),
    [words.tags, toldText(details.tags, (tags) => Object.entries(tags).map(([name, value]) => `${name}=${value}`))],
    [words.access, toldText(details.acl, ({ grants }) => grants.map(grantText))],
    [words.versions, toldText(details.versions, (versions) => [String(versions.length)])],
    [words.sent, receipt === null ? null : words.sentBy(receipt)],
    ['URL', details.url],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const shown = lines.filter((line): line is [string, string] => line[1] !== null && line[1] !== '');
  return [
    printable(key),
    ...shown.map(([name, value]) => `  ${printable(name).padEnd(width)}  ${printable(value)}`),
  ].join('\n');
}

function toldText<T>(told: Told<T>, parts: (value: T) => string[]): string {
  return told.known ? parts(told.value).join(', ') : told.reason.message;
}

function grantText({ who, may }: Grant): string {
  return `${typeof who === 'string' ? words.who[who] : who.name}: ${may}`;
}
