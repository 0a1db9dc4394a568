/** sideline link: an address to give away, to read an object or to put one there. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Destination } from '../../shared/destination.ts';
import { SidelineError } from '../../shared/errors.ts';
import { formLimitsSchema, linkLifetime, type FormLimits } from '../../shared/links.ts';
import { link as words } from '../../shared/strings/terminal-objects.ts';
import { formPage, readLink, uploadForm, writeLink } from '../admin/objects/links.ts';
import { publicAddress } from '../admin/objects/public-address.ts';
import type { Bucket } from '../admin/bucket.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { linkOverBackend } from './link-backend.ts';
import { chosenBackend } from './open-backend.ts';
import { withBucket, type BucketCommand } from './open-bucket.ts';

export interface LinkOptions extends BucketCommand {
  json: boolean;
  /** ms */
  expires: number;
  /** the name that the file is saved as; true: its own */
  download?: string | true;
  version?: string | undefined;
  /** the address for those who may read it without a link */
  public: boolean;
  /** one to which a file can be put */
  upload: boolean;
  /** a page with which others upload; where to it is written */
  form?: string | undefined;
  type?: string | undefined;
  /** bytes */
  maxSize?: number | undefined;
  /** of a backend that lists by event */
  event?: string | undefined;
}

const mostByForm = 5 * 1024 ** 3;

/** Throws `invalid-input` for options that do not go together. */
export async function link(key: string, options: LinkOptions, env: Environment): Promise<0 | 1 | 3> {
  const lifetime = lifetimeOf(options.expires);
  if (options.form === undefined && options.maxSize !== undefined)
    throw new SidelineError('invalid-input', { subject: words.sizeNeedsForm });
  const backend = await chosenBackend(options, env);
  if (backend !== null) return await linkOverBackend(backend, key, { ...options, lifetime }, env);
  return await withBucket(options, env, async (bucket, _signal, journal) => {
    const made = await (options.form === undefined
      ? linkTo(bucket, key, lifetime, { ...options, destinations: journal?.destinations() ?? [] })
      : page(
          bucket,
          { key, lifetime, largest: options.maxSize ?? mostByForm, type: options.type ?? null },
          options.form,
        ));
    process.stdout.write(options.json ? jsonLine(made) : words.made(made));
    return 0;
  });
}

interface Made {
  /** the address, or the file with the page */
  url?: string;
  file?: string;
  /** ISO 8601; null: it does not expire */
  expiresAt: string | null;
}

async function linkTo(
  bucket: Bucket,
  key: string,
  lifetime: number,
  options: LinkOptions & { destinations: readonly Destination[] },
): Promise<Made> {
  if (options.public)
    return { url: publicAddress(bucket.storage.connection, key, options.destinations), expiresAt: null };
  const { download, version = null, type = null } = options;
  const downloadAs = download === true ? path.posix.basename(key) : (download ?? null);
  const { url, expiresAt } = options.upload
    ? await writeLink(bucket, key, { lifetime, contentType: type })
    : await readLink(bucket, key, { lifetime, downloadAs, versionId: version });
  return { url, expiresAt: new Date(expiresAt).toISOString() };
}

async function page(bucket: Bucket, limits: FormLimits, file: string): Promise<Made> {
  const parsed = formLimitsSchema.safeParse(limits);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SidelineError('invalid-input', { subject: `--${String(issue?.path[0])}: ${issue?.message ?? ''}.` });
  }
  const form = await uploadForm(bucket, parsed.data);
  await writeFile(file, formPage(form), { encoding: 'utf8', mode: 0o600 });
  return { file, expiresAt: new Date(form.expiresAt).toISOString() };
}

function lifetimeOf(ms: number): number {
  const parsed = linkLifetime.safeParse(Math.round(ms / 1000));
  if (!parsed.success) throw new SidelineError('invalid-input', { subject: words.lifetime });
  return parsed.data;
}
