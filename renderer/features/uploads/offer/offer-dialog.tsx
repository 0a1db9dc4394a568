import { ArrowUpFromLine } from 'lucide-react';
import { useEffect } from 'react';
import type { ConnectionInfo, Offer } from '../../../../shared/ipc.ts';
import { common } from '../../../../shared/strings/common.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import { attempt } from '../../../app/attempt.ts';
import { Button, Dialog, Spinner } from '../../../components/index.ts';
import { call } from '../../../ipc.ts';
import { useConnections } from '../../../stores/connections.ts';
import { useDestinations } from '../../../stores/destinations.ts';
import { endOffer, type AskedOffer } from '../../../stores/offers.ts';
import { batchName } from '../words.ts';
import type { Destinations } from './draft.ts';
import { NoConnection } from './no-connection.tsx';
import { OfferForm } from './offer-form.tsx';
import { LookSummary, useLook } from './offer-look.tsx';
import './offer.css';
import { forgetPlanList } from './plan-list-store.ts';
import { useOfferForm } from './use-offer-form.ts';

const words = uploads.offer;
const formId = 'offer-form';

/** What was dropped or chosen: what is in it, where it goes, and the button that starts. */
export function OfferDialog({ offer }: { offer: AskedOffer }) {
  const connections = useConnections((state) => state.list);
  const destinations = useDestinations((state) => state.list);
  useEffect(() => forgetPlanList, []);
  if (connections === null || destinations === null)
    return (
      <Dialog {...frameOf(offer)} footer={<CancelButton offer={offer} />}>
        <Spinner />
      </Dialog>
    );
  return <OfferQuestion {...{ offer, connections, destinations }} />;
}

interface OfferQuestionProps {
  offer: AskedOffer;
  connections: readonly ConnectionInfo[];
  destinations: Destinations;
}

function OfferQuestion({ offer, connections, destinations }: OfferQuestionProps) {
  const look = useLook(offer.id);
  const form = useOfferForm(offer, look, connections, destinations);
  const { draft, isReady, isStarting } = form;
  const isWide = destinations.length > 0;
  return (
    <Dialog
      {...frameOf(offer)}
      size={form.showsFiles ? 'widest' : isWide ? 'wide' : 'normal'}
      footer={
        <>
          <CancelButton offer={offer} />
          <Button
            variant="primary"
            type="submit"
            form={formId}
            icon={ArrowUpFromLine}
            isDisabled={!isReady && !isStarting}
            isPending={isStarting}
          >
            {words.start}
          </Button>
        </>
      }
    >
      <LookSummary look={look} isShort={draft.to === 'destinations'} />
      {connections.length === 0 ? (
        <NoConnection
          onPractice={(connectionId) => form.set({ to: 'connection', connectionId })}
          onAdd={() => dismiss(offer.id)}
        />
      ) : (
        <OfferForm {...{ offer, form, connections, destinations }} id={formId} />
      )}
    </Dialog>
  );
}

function frameOf(offer: Offer) {
  return {
    title: words.title(batchName([offer.roots[0]?.name ?? '']), offer.roots.length - 1),
    ...{ isOpen: true, keepOpen: true, onClose: () => dismiss(offer.id) },
  };
}

function CancelButton({ offer }: { offer: Offer }) {
  return <Button onPress={() => dismiss(offer.id)}>{common.cancel}</Button>;
}

/** It leaves the screen whatever main says: there is nothing that the person could do about it. */
function dismiss(offerId: string): void {
  endOffer(offerId);
  void attempt(() => call('offers.dismiss', { offerId }));
}
