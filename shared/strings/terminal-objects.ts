/** What the terminal says of single objects and links. */
import type { ObjectReceipt } from '../objects.ts';

export const stat = {
  size: 'Size',
  bytes: 'bytes',
  modified: 'Modified',
  type: 'Type',
  version: 'Version',
  storageClass: 'Storage class',
  encryption: 'Encryption',
  restore: 'Restore',
  metadata: 'Metadata',
  tags: 'Tags',
  access: 'Access',
  versions: 'Versions',
  sent: 'Sent',
  who: { everybody: 'everybody', 'signed-in': 'everybody who is signed in' },
  sentBy: ({ batchId, finishedAt, source, isSame }: ObjectReceipt) =>
    `by upload ${batchId}, ${new Date(finishedAt).toISOString()}${source === null ? '' : `, from ${source}`}${isSame ? '' : '; what is there now is something else'}`,
} as const;

export const link = {
  lifetime: '--expires: a link lasts from one second to a week (7d).',
  sizeNeedsForm: '--max-size: only a form can limit the size: give --form too.',
  made: ({ url, file, expiresAt }: { url?: string; file?: string; expiresAt: string | null }) =>
    `${url ?? `The page is in ${file ?? ''}: send it to whoever shall upload.`}\n${expiresAt === null ? '' : `It expires at ${expiresAt}.\n`}`,
} as const;
