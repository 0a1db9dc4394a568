/** The plan of each offer that somebody looks at: made in slices, kept so that its rows can be paged, gone with the offer. */
import { SidelineError } from '../../shared/errors.ts';
import type { Events } from '../../shared/ipc.ts';
import type { Placement, PlanRow, PlanView, UploadPlan } from '../../shared/upload-plan.ts';
import { uploads } from '../../shared/strings/uploads.ts';
import type { PreviewDeps } from '../engine/plan/preview.ts';
import type { Journal } from '../journal/journal.ts';
import type { Offers } from './offers.ts';
import { placeOf, withOpenFields } from './placement.ts';
import { makePlan, type KeptPlan } from './plan-rows.ts';

export interface OfferPlanDeps {
  journal: NonNullable<PreviewDeps['journal']> & Pick<Journal, 'connections' | 'destinations'>;
  offers: Pick<Offers, 'open'>;
  push(planning: Events['planning']): void;
}

export interface OfferPlans {
  /** Throws `invalid-input`, and `superseded` when another plan of the offer was asked for meanwhile. */
  plan(offerId: string, placement: Placement): Promise<UploadPlan>;
  /** Rows of the last plan that was made. Throws `invalid-input` where there is none. */
  page(offerId: string, view: PlanView, offset: number, limit: number): Promise<{ total: number; rows: PlanRow[] }>;
  /** The offer was started or dismissed. */
  forget(offerId: string): void;
}

/** ms between two events */
const pushPause = 250;

export function createOfferPlans({ journal, offers, push }: OfferPlanDeps): OfferPlans {
  /** Of one offer: the window asks about one at a time, and a plan is large. */
  let kept: { offerId: string; plan: KeptPlan } | null = null;
  const running = new Map<string, AbortController>();

  /** Ends the plan before it. */
  function takeTurn(offerId: string): AbortController {
    running.get(offerId)?.abort(new SidelineError('superseded'));
    const turn = new AbortController();
    running.set(offerId, turn);
    return turn;
  }

  return {
    async plan(offerId, placement) {
      const place = withOpenFields(placeOf(journal, placement));
      const { offer, survey, signal } = offers.open(offerId);
      const turn = takeTurn(offerId);
      const either = AbortSignal.any([turn.signal, signal]);
      try {
        const withContent = placement.to === 'destinations';
        const tell = atMostEvery(pushPause, (so: { files: number; bytes: number }) => {
          if (!either.aborted) push({ offerId, ...so });
        });
        const files = await until(either, survey.files(withContent, tell));
        const roots = offer.roots.map((root) => root.path);
        const plan = await makePlan({ journal, now: Date.now }, { ...place, roots }, files, either);
        either.throwIfAborted(); // in its last moment
        kept = { offerId, plan };
        return plan.sums;
      } finally {
        if (running.get(offerId) === turn) running.delete(offerId);
      }
    },
    async page(offerId, view, offset, limit) {
      if (kept?.offerId !== offerId)
        throw new SidelineError('invalid-input', { subject: uploads.offer.refusals.noPlan });
      return await kept.plan.page(view, offset, limit);
    },
    forget(offerId) {
      if (kept?.offerId === offerId) kept = null;
    },
  };
}

/** Rejects as soon as the signal is aborted, whatever becomes of `work`. */
async function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function atMostEvery<T>(pause: number, say: (value: T) => void): (value: T) => void {
  let last = -Infinity;
  return (value) => {
    if (performance.now() - last < pause) return;
    last = performance.now();
    say(value);
  };
}
