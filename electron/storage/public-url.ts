/** Where an object is, for whoever may read it. */
import type { S3Config } from '../../shared/domain.ts';
import { addressOf } from './address.ts';
import { encodeKey } from './sigv4.ts';

/** Behind a custom domain or CDN. `base`: as `publicUrlBase` of a destination. */
export function publicUrl(base: string, key: string): string {
  return `${base.replace(/\/+$/, '')}/${encodeKey(key)}`;
}

/** At the store itself. */
export function storeUrl(config: S3Config, key: string): string {
  const { origin, path } = addressOf(config, key);
  return `${origin.origin}${path}`;
}
