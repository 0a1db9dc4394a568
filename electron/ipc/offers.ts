/** Answers the calls about what was dropped or chosen. */
import { placeOf, refuseWithoutFields } from '../app/placement.ts';
import type { OfferPlans } from '../app/offer-plans.ts';
import type { Offers } from '../app/offers.ts';
import type { Uploads } from '../app/uploads.ts';
import { refuseForbidden } from '../engine/plan/allowed.ts';
import type { Journal } from '../journal/journal.ts';
import type { Handlers } from './handlers.ts';

export interface OfferDeps {
  journal: Pick<Journal, 'connections' | 'destinations'>;
  offers: Offers;
  plans: OfferPlans;
  uploads: Pick<Uploads, 'add'>;
  /** The system's dialog: absolute paths, none when it was cancelled. */
  choose(kind: 'files' | 'folder'): Promise<readonly string[]>;
}

type Calls = 'offers.choose' | 'offers.look' | 'offers.dismiss' | 'offers.plan' | 'offers.planPage' | 'offers.start';

export function offerHandlers({ journal, offers, plans, uploads, choose }: OfferDeps): Pick<Handlers, Calls> {
  return {
    async 'offers.choose'({ kind }) {
      const paths = await choose(kind);
      return paths.length === 0 ? null : offers.add(paths);
    },
    'offers.look': ({ offerId }) => offers.look(offerId),
    'offers.dismiss'({ offerId }) {
      offers.take(offerId);
      plans.forget(offerId);
      return null;
    },
    'offers.plan': ({ offerId, placement }) => plans.plan(offerId, placement),
    'offers.planPage': ({ offerId, view, offset, limit }) => plans.page(offerId, view, offset, limit),
    async 'offers.start'({ offerId, placement, details }) {
      const place = placeOf(journal, placement);
      refuseWithoutFields(place);
      refuseForbidden(journal, place); // the offer is still there for another place
      const { roots } = offers.take(offerId);
      plans.forget(offerId);
      const { id } = await uploads.add({ ...place, roots: roots.map((root) => root.path), details });
      return { batchId: id };
    },
  };
}
