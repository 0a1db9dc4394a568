/** The pages of a listing, as a store gives them: a thousand keys or folders each, one after another. */
import { SidelineError } from '../../../shared/errors.ts';
import type { Bucket } from '../bucket.ts';
import { parseListing, type ListedPage, type NextPage } from './list-xml.ts';

export interface PageRequest {
  prefix: string;
  /** `/`: what lies deeper comes as folders; '': all keys */
  delimiter: '/' | '';
  /** null: the first page */
  next: NextPage | null;
  /** the first page begins behind this key */
  after?: string;
  /** at most 1,000 keys and folders, which is what stores give by themselves */
  limit?: number;
}

/** Rejects with a SidelineError, or the signal's reason. */
export type PageSource = (request: PageRequest, signal: AbortSignal) => Promise<ListedPage>;

/** Pages of a bucket. Its keys are asked for encoded: XML cannot carry all of them. */
export function pagesOf(bucket: Bucket): PageSource {
  return (request, signal) => {
    const { prefix, delimiter, next, after, limit } = request;
    const query: Record<string, string> = { 'list-type': '2', 'encoding-type': 'url', prefix, ...next };
    if (delimiter !== '') query.delimiter = delimiter;
    if (limit !== undefined) query['max-keys'] = String(limit);
    if (after !== undefined && next === null) query['start-after'] = after;
    const need = { right: 'list', key: prefix, operation: 'connect' } as const;
    const ask = () => bucket.storage.ask({ key: '', query }, { operation: 'connect' }, signal);
    return bucket.attempt(need, async () => parseListing(await ask()), signal);
  };
}

/** All pages; while one is looked at, the next is on its way. Throws `server-error` where a store goes round in a circle. */
export async function* allPages(
  source: PageSource,
  place: Pick<PageRequest, 'prefix' | 'delimiter'>,
  signal: AbortSignal,
): AsyncGenerator<ListedPage> {
  const ask = (next: NextPage | null) => {
    const page = source({ ...place, next }, signal);
    page.catch(() => undefined); // whoever takes it hears of it; nobody may, when the listing is given up
    return page;
  };
  let coming: Promise<ListedPage> | null = ask(null);
  let before = '';
  while (coming !== null) {
    const page: ListedPage = await coming;
    const place = JSON.stringify(page.next);
    if (page.next !== null && place === before)
      throw new SidelineError('server-error', { subject: 'a list that does not go on' });
    before = place;
    coming = page.next === null ? null : ask(page.next);
    yield page;
  }
}
