/** What DeleteObjects is told and answers. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
import { blocks, plain, textIn } from '../browse/list-xml.ts';

export interface KeyToDelete {
  key: string;
  /** null: what is current */
  versionId: string | null;
  /** only while it has this ETag; null: whatever it is */
  etag: string | null;
}

export interface DeletedKey {
  key: string;
  versionId: string | null;
  /** of the delete marker that was made; null: none was, or it is not told */
  markerId: string | null;
}

export interface RefusedKey {
  key: string;
  versionId: string | null;
  code: string;
  message: string;
}

/** Characters that no XML 1.0 can have, not even as a reference: such keys go by requests of their own. */
const unspeakable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/; // eslint-disable-line no-control-regex -- they are what it is about

export const canBeListed = ({ key }: Pick<KeyToDelete, 'key'>) => !unspeakable.test(key);

/** Not quiet: what is not in the answer was not heard of. Only of keys that `canBeListed`. */
export function deleteDocument(keys: readonly KeyToDelete[]): Buffer {
  const objects = keys.map(({ key, versionId, etag }) => {
    const version = versionId === null ? '' : `<VersionId>${escape(versionId)}</VersionId>`;
    const condition = etag === null ? '' : `<ETag>${escape(etag)}</ETag>`;
    return `<Object><Key>${escape(key)}</Key>${version}${condition}</Object>`;
  });
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Delete xmlns="${namespace}">${objects.join('')}<Quiet>false</Quiet></Delete>`,
  );
}

/** White space too: a reader would make every line end a newline. */
function escape(text: string): string {
  return text.replaceAll(/[&<>"'\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** null: it is no answer to DeleteObjects, whatever its status says. */
export function readDeleteResult(xml: string): { deleted: DeletedKey[]; refused: RefusedKey[] } | null {
  if (!xml.includes('<DeleteResult')) return null;
  const text = (block: string, name: string) => plain(textIn(block, name));
  const id = (block: string, name: string) => text(block, name) || null;
  return {
    deleted: Array.from(blocks(xml, 'Deleted'), (block) => ({
      key: text(block, 'Key'),
      versionId: id(block, 'VersionId'),
      markerId: id(block, 'DeleteMarkerVersionId'),
    })),
    refused: Array.from(blocks(xml, 'Error'), (block) => ({
      key: text(block, 'Key'),
      versionId: id(block, 'VersionId'),
      code: text(block, 'Code'),
      message: text(block, 'Message'),
    })),
  };
}
