/** Addresses that can be given away: to read an object, or to put one there without any key of the store. */
import { SidelineError } from '../../../shared/errors.ts';
import type { FormLimits, UploadForm } from '../../../shared/links.ts';
import { links as words } from '../../../shared/strings/links.ts';
import { disposition } from '../../storage/object-options.ts';
import type { Link } from '../../storage/storage.ts';
import type { Bucket } from '../bucket.ts';

export interface ReadLinkOptions {
  /** seconds, at most a week */
  lifetime: number;
  /** What the file is called when it is saved; null: the browser shows it, where it can. */
  downloadAs: string | null;
  versionId: string | null;
}

/** Throws `prefix-locked`, and where there are no credentials. Whether the object is there is not asked. */
export async function readLink(bucket: Bucket, key: string, options: ReadLinkOptions): Promise<Link> {
  refuse(bucket, { right: 'read', key, operation: 'download' });
  const { lifetime, downloadAs, versionId } = options;
  const query = {
    ...(downloadAs === null ? {} : { 'response-content-disposition': disposition('attachment', downloadAs) }),
    ...(versionId === null ? {} : { versionId }),
  };
  return await bucket.storage.presign(key, { method: 'GET', query, lifetime });
}

/**
 * Whoever has it puts one file to this key, as often as they like until it expires. With a content type it must be sent as that;
 * its size cannot be limited: a form can do that. Throws `read-only`, `prefix-locked`, and where there are no credentials.
 */
export async function writeLink(
  bucket: Bucket,
  key: string,
  { lifetime, contentType }: { lifetime: number; contentType: string | null },
): Promise<Link> {
  refuse(bucket, { right: 'write', key, operation: 'upload' });
  const headers = contentType === null ? {} : { 'content-type': contentType };
  return await bucket.storage.presign(key, { method: 'PUT', headers, lifetime });
}

/**
 * A form that posts one file, within limits that the store holds to. `${filename}` at the end of the key stands for the file's
 * own name. Throws as `writeLink`. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export async function uploadForm(bucket: Bucket, limits: FormLimits): Promise<UploadForm> {
  const { key, lifetime, largest, type } = limits;
  refuse(bucket, { right: 'write', key, operation: 'upload' });
  const named = key.endsWith(fileName);
  const start = named ? key.slice(0, -fileName.length) : key;
  const conditions = [
    named ? ['starts-with', '$key', start] : { key },
    ['content-length-range', 0, largest],
    { success_action_status: '201' },
    ...(type === null ? [] : [typeCondition(type)]),
  ];
  const form = await bucket.storage.signForm({ lifetime, conditions });
  // A fixed type is a field; of a kind of types whoever posts fills it in.
  const fields = {
    key,
    success_action_status: '201',
    ...(type === null || type.endsWith('/*') ? {} : { 'Content-Type': type }),
    ...form.fields,
  };
  return { url: form.url, fields, expiresAt: form.expiresAt, limits };
}

export const fileName = '${filename}';

function typeCondition(type: string): unknown {
  return type.endsWith('/*') ? ['starts-with', '$Content-Type', type.slice(0, -1)] : { 'Content-Type': type };
}

/** A page with the form, to be sent to whoever shall upload: they open it in a browser. */
export function formPage({ url, fields, limits }: UploadForm): string {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `    <input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const open = limits.type?.endsWith('/*') === true;
  const accept = limits.type === null ? '' : ` accept="${escaped(limits.type)}"`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(words.page.title)}</title>`,
    '<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem}</style>',
    `<h1>${escaped(words.page.title)}</h1>`,
    `<p>${escaped(words.page.limits(limits))}</p>`,
    `<form action="${escaped(url)}" method="post" enctype="multipart/form-data">`,
    ...hidden,
    ...(open ? ['    <input type="hidden" name="Content-Type" id="type">'] : []),
    `    <p><input type="file" name="file" id="file"${accept} required aria-label="${escaped(words.page.file)}"></p>`,
    `    <p><button>${escaped(words.page.send)}</button></p>`,
    '</form>',
    ...(open
      ? [
          '<script>',
          "  const file = document.getElementById('file');",
          "  file.addEventListener('change', () => { document.getElementById('type').value = file.files[0]?.type ?? ''; });",
          '</script>',
        ]
      : []),
    '</html>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function refuse(bucket: Bucket, need: Parameters<Bucket['refusal']>[0]): void {
  const refused: SidelineError | null = bucket.refusal(need);
  if (refused !== null) throw refused;
}
