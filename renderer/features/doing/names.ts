/** Whether a name is fit for an object or folder. Pure. */
import { SidelineError } from '../../../shared/errors.ts';
import { checkedKey, longestKey } from '../../../shared/key-template/key-rules.ts';
import { doing } from '../../../shared/strings/doing.ts';

const words = doing.name;

export interface NameOf {
  /** the folder in which it is, with its slash; '': the bucket */
  folder: string;
  isFolder: boolean;
  /** null: it is a new one */
  current: string | null;
}

/** What is wrong with it, in words; null: nothing. */
export function nameProblem(name: string, { folder, isFolder, current }: NameOf): string | null {
  if (name === '') return words.missing;
  if (name === current) return words.same;
  if (name.includes('/')) return current === null ? words.folderSlash : words.slash;
  const bytes = utf8.encode(keyWith(name, { folder, isFolder })).length;
  if (bytes > longestKey) return words.tooLong(bytes, longestKey);
  try {
    checkedKey(name);
    return null;
  } catch (error) {
    if (error instanceof SidelineError) return error.message;
    throw error;
  }
}

const utf8 = new TextEncoder();

/** The key, or prefix, that it would have. */
export function keyWith(name: string, { folder, isFolder }: Pick<NameOf, 'folder' | 'isFolder'>): string {
  return `${folder}${name.normalize('NFC')}${isFolder ? '/' : ''}`;
}

/** Of a key, or of a prefix with its slash. */
export function nameOfKey(key: string): NameOf & { current: string } {
  const isFolder = key.endsWith('/');
  const whole = isFolder ? key.slice(0, -1) : key;
  const at = whole.lastIndexOf('/') + 1;
  return { folder: whole.slice(0, at), isFolder, current: whole.slice(at) };
}
