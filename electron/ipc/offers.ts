import { SidelineError } from '../../shared/errors.ts';
import type { Offers } from '../app/offers.ts';
import type { Uploads } from '../app/uploads.ts';
import type { Journal } from '../journal/journal.ts';
import type { Handlers } from './handlers.ts';

export interface OfferDeps {
  journal: Journal;
  offers: Offers;
  uploads: Uploads;
  /** The system's dialog: absolute paths, none when it was cancelled. */
  choose(kind: 'files' | 'folder'): Promise<readonly string[]>;
}

type Calls = 'offers.choose' | 'offers.look' | 'offers.dismiss' | 'offers.start';

export function offerHandlers({ journal, offers, uploads, choose }: OfferDeps): Pick<Handlers, Calls> {
  return {
    async 'offers.choose'({ kind }) {
      const paths = await choose(kind);
      return paths.length === 0 ? null : offers.add(paths);
    },
    'offers.look': ({ offerId }) => offers.look(offerId),
    'offers.dismiss'({ offerId }) {
      offers.take(offerId);
      return null;
    },
    async 'offers.start'({ offerId, connectionId, prefix }) {
      if (!journal.connections().some(({ id }) => id === connectionId))
        throw new SidelineError('invalid-input', { subject: 'connectionId: there is no such connection.' });
      const { roots } = offers.take(offerId);
      const { id } = await uploads.add({ connectionId, prefix, roots: roots.map((root) => root.path) });
      return { batchId: id };
    },
  };
}
