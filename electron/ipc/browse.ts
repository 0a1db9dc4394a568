/** Answers the calls about what is in buckets, and what may be done there. */
import type { Browsing } from '../app/browsing.ts';
import type { Handlers } from './handlers.ts';
import { connectionToBucket, type OtherBucketDeps } from './other-bucket.ts';

export interface BrowseHandlersDeps extends OtherBucketDeps {
  browsing: Browsing;
  /** The list of connections is another. */
  onChange(): void;
}

type Calls = Extract<keyof Handlers, `browse.${string}` | 'rights.of'>;

export function browseHandlers(deps: BrowseHandlersDeps): Pick<Handlers, Calls> {
  const { browsing } = deps;
  return {
    'browse.open': ({ connectionId, prefix, search }) => browsing.open(connectionId, prefix, search),
    'browse.page': ({ listingId, view, offset, limit }) => browsing.page(listingId, view, offset, limit),
    'browse.place': ({ listingId, view, key }) => browsing.placeOf(listingId, view, key),
    'browse.selected': ({ listingId, selection }) => ({ rows: browsing.rowsSelected(listingId, selection) }),
    'browse.refresh'({ listingId }) {
      browsing.refresh(listingId);
      return null;
    },
    'browse.close'({ listingId }) {
      browsing.close(listingId);
      return null;
    },
    async 'browse.count'(what) {
      if ('prefix' in what) return { countId: await browsing.countBelow(what.connectionId, what.prefix) };
      return { countId: await browsing.countSelected(what.listingId, what.selection) };
    },
    'browse.endCount'({ countId }) {
      browsing.endCount(countId);
      return null;
    },
    'browse.buckets': ({ connectionId }) => browsing.bucketsOf(connectionId),
    async 'browse.useBucket'({ connectionId, bucket }) {
      const { id } = await connectionToBucket(deps, connectionId, bucket);
      deps.onChange();
      return { connectionId: id };
    },
    'rights.of': ({ connectionId }) => browsing.rightsOf(connectionId),
  };
}
