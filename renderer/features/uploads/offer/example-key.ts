import { SidelineError } from '../../../../shared/errors.ts';
import type { Offer } from '../../../../shared/ipc.ts';
import { objectKey } from '../../../../shared/key-template/index.ts';

/** The key that a root gets under the prefix, or what is wrong with the prefix. The files of a folder come below it. */
export function exampleKey(
  prefix: string,
  root: Offer['roots'][number] | undefined,
): { key: string } | { error: string } {
  try {
    const key = objectKey(prefix.trim(), root?.name ?? 'file');
    return { key: root?.kind === 'folder' ? `${key}/…` : key };
  } catch (error) {
    if (error instanceof SidelineError) return { error: error.message };
    throw error;
  }
}
