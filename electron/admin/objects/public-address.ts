/** Where an object is for everybody who may read it. */
import type { Destination } from '../../../shared/destination.ts';
import type { S3Connection } from '../../../shared/domain.ts';
import { ownFolders } from '../../../shared/own-folder.ts';
import { publicUrl, storeUrl } from '../../storage/public-url.ts';

/** Behind the custom domain or CDN of the destination whose folder it lies in, the innermost of them; else at the store itself. */
export function publicAddress(connection: S3Connection, key: string, destinations: readonly Destination[]): string {
  let [base, longest]: [string | null, number] = [null, -1];
  for (const { connectionId, rules } of destinations) {
    if (connectionId !== connection.id) continue;
    for (const folder of ownFolders(rules)) {
      const isInner = folder.length > longest || (folder.length === longest && base === null);
      if (key.startsWith(folder) && isInner) [base, longest] = [rules.publicUrlBase, folder.length];
    }
  }
  return base === null ? storeUrl(connection.config, key) : publicUrl(base, key);
}
