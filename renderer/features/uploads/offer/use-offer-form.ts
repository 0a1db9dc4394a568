/** The state of an offer's dialog: what is chosen, the plan of it, and whether it can be started. */
import { useMemo, useState } from 'react';
import type { ConnectionInfo, Offer } from '../../../../shared/ipc.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import type { Placement, PlanView } from '../../../../shared/upload-plan.ts';
import { attempt } from '../../../app/attempt.ts';
import { notify } from '../../../components/index.ts';
import { call } from '../../../ipc.ts';
import { announce } from '../../../stores/announcer.ts';
import { endOffer, type AskedOffer } from '../../../stores/offers.ts';
import { detailsOf, noDetails, type DetailsDraft } from './details-draft.ts';
import {
  areTooMany,
  askedFields,
  chosenOf,
  placementOf,
  withExceptions,
  type AskedField,
  type Destinations,
  type OfferDraft,
} from './draft.ts';
import { exampleKey } from './example-key.ts';
import { firstDraft, rememberPlacement } from './last-choice.ts';
import type { LookState } from './offer-look.tsx';
import { everyFile, showPlan } from './plan-list-store.ts';
import { toldOf, type Told } from './told.ts';
import { usePlan, type PlanState } from './use-plan.ts';

export interface OfferFormState {
  draft: OfferDraft;
  set: (change: Partial<OfferDraft>) => void;
  details: DetailsDraft;
  setDetails: (details: DetailsDraft) => void;
  asked: readonly AskedField[];
  /** what the backend is told that the files go to as they are; null: nothing */
  told: Told | null;
  /** Somebody tried to start: what is missing is said. */
  isTried: boolean;
  plan: PlanState;
  /** of the chosen destinations, by id, in their order */
  names: ReadonlyMap<number, string>;
  showsFiles: boolean;
  showFiles: (shows: boolean) => void;
  /** Shows these in the list of files. */
  showSome: (view: Partial<PlanView>) => void;
  place: (paths: ReadonlySet<string>, to: number | null | undefined) => void;
  isReady: boolean;
  isStarting: boolean;
  start: () => void;
}

export function useOfferForm(
  offer: AskedOffer,
  look: LookState,
  connections: readonly ConnectionInfo[],
  destinations: Destinations,
): OfferFormState {
  const [draft, setDraft] = useState(() => firstDraft(connections, destinations, offer.to));
  const [details, setDetails] = useState(noDetails);
  const [isTried, setTried] = useState(false);
  const [isStarting, setStarting] = useState(false);
  const [waiting, setWaiting] = useState<Placement | null>(null);
  const [showsFiles, showFiles] = useState(false);
  const placement = useMemo(() => placementOf(draft, destinations, connections), [draft, destinations, connections]);
  const isPlanned = draft.to === 'destinations' || showsFiles;
  const send = async (to: Placement) => {
    setStarting(true);
    if (!(await attempt(() => startOffer(offer.id, to, details)))) setStarting(false);
  };
  const plan = usePlan(offer.id, isPlanned ? placement : null, (made) => {
    setWaiting(null);
    if (waiting !== null && waiting === made.of && canSend(made)) void send(waiting);
  });
  const asked = useMemo(() => askedFields(draft, destinations, connections), [draft, destinations, connections]);
  const told = draft.to === 'connection' ? toldOf(draft.connectionId, connections, details) : null;
  const names = useMemo(() => namesOf(draft, destinations), [draft, destinations]);
  const set = (change: Partial<OfferDraft>) => setDraft((before) => ({ ...before, ...change }));

  const isReady =
    placement !== null &&
    !isStarting &&
    waiting === null &&
    !isEmpty(look) &&
    (isWellPlaced(draft, offer) ?? canSend(plan));
  const start = () => {
    setTried(true);
    if (!isReady || asked.some(({ problem }) => problem !== null) || (told?.problem ?? null) !== null) return;
    // What is typed in the last moment is planned first: what then cannot be sent is not.
    if (draft.to === 'destinations' && !plan.isCurrent) setWaiting(placement);
    else void send(placement);
  };
  return {
    ...{ draft, set, details, setDetails, asked, told, isTried, plan, names, showsFiles, showFiles, isReady, start },
    isStarting: isStarting || waiting !== null,
    showSome(view) {
      showPlan({ ...everyFile, ...view });
      showFiles(true);
    },
    place(paths, to) {
      const exceptions = withExceptions(draft.exceptions, paths, to);
      if (areTooMany(exceptions)) notify('warning', uploads.offer.list.tooMany);
      else set({ exceptions });
    },
  };
}

function namesOf(draft: OfferDraft, destinations: Destinations): ReadonlyMap<number, string> {
  if (draft.to !== 'destinations') return new Map();
  return new Map(chosenOf(draft, destinations).map(({ destination: { id, rules } }) => [id, rules.name]));
}

function isEmpty(look: LookState): boolean {
  return look.is === 'known' && look.look.files === 0;
}

/** What goes up as it is can be started while it is looked through; null: it is not to go so. */
function isWellPlaced({ to, prefix }: OfferDraft, offer: Offer): boolean | null {
  return to === 'connection' ? 'key' in exampleKey(prefix, offer.roots[0]) : null;
}

/** Nobody starts what they have not seen; where it cannot be shown, they have read why. While it is planned anew: as before. */
function canSend({ plan, error }: Pick<PlanState, 'plan' | 'error'>): boolean {
  return error !== null || plan?.targets.some(({ files }) => files > 0) === true;
}

async function startOffer(offerId: string, placement: Placement, details: DetailsDraft): Promise<void> {
  await call('offers.start', { offerId, placement, details: detailsOf(details) });
  rememberPlacement(placement);
  announce(uploads.offer.started);
  endOffer(offerId);
}
