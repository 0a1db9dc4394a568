import { ArrowUpFromLine } from 'lucide-react';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { ConnectionInfo, Offer } from '../../../shared/ipc.ts';
import { common } from '../../../shared/strings/common.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Dialog, Select, Spinner, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { announce } from '../../stores/announcer.ts';
import { useConnections } from '../../stores/connections.ts';
import { endOffer } from '../../stores/offers.ts';
import { exampleKey } from './example-key.ts';
import { lastConnection, rememberConnection } from './last-connection.ts';
import { NoConnection } from './no-connection.tsx';
import { LookSummary, useLook, type LookState } from './offer-look.tsx';
import { batchName } from './words.ts';

const words = uploads.offer;
const formId = 'offer-form';

/** What was dropped or chosen: what is in it, where it goes, and the button that starts. */
export function OfferDialog({ offer }: { offer: Offer }) {
  const look = useLook(offer.id);
  const connections = useConnections((state) => state.list);
  const [chosen, choose] = useState(lastConnection);
  const [prefix, setPrefix] = useState('');
  const [starting, setStarting] = useState(false);
  const connection = connections?.find(({ id }) => id === chosen) ?? connections?.[0] ?? null;
  const example = exampleKey(prefix, offer.roots[0]);
  const ready = connection !== null && 'key' in example && !isEmpty(look) && !starting;
  const start = async () => {
    if (!ready) return;
    setStarting(true);
    if (!(await attempt(() => startOffer(offer.id, connection.id, prefix)))) setStarting(false);
  };
  return (
    <Dialog
      title={words.title(batchName([offer.roots[0]?.name ?? '']), offer.roots.length - 1)}
      isOpen
      keepOpen
      onClose={() => dismiss(offer.id)}
      footer={
        <>
          <Button onPress={() => dismiss(offer.id)}>{common.cancel}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            icon={ArrowUpFromLine}
            isDisabled={!ready && !starting}
            isPending={starting}
          >
            {words.start}
          </Button>
        </>
      }
    >
      <LookSummary look={look} />
      {connections === null && <Spinner />}
      {connections?.length === 0 && <NoConnection onPractice={choose} onAdd={() => dismiss(offer.id)} />}
      {connection !== null && connections !== null && (
        <Form
          id={formId}
          className="stack offer-form"
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
        >
          <Select
            label={words.connection}
            options={connections.map(optionOf)}
            value={String(connection.id)}
            onChange={(id) => choose(Number(id))}
          />
          <TextField
            label={words.prefix}
            description={words.prefixHint}
            placeholder={words.prefixPlaceholder}
            value={prefix}
            onChange={setPrefix}
            maxLength={900}
            error={'error' in example ? example.error : null}
            autoFocus
          />
          {'key' in example && (
            <div className="offer-example">
              <span className="small muted">{words.example}</span>
              <code className="selectable">
                {connection.config.bucket}/{example.key}
              </code>
            </div>
          )}
        </Form>
      )}
    </Dialog>
  );
}

function optionOf({ id, name, config }: ConnectionInfo) {
  return { id: String(id), label: name, hint: `${config.bucket}, ${config.endpoint ?? config.region}` };
}

function isEmpty(look: LookState): boolean {
  return look.is === 'known' && look.look.files === 0;
}

async function startOffer(offerId: string, connectionId: number, prefix: string): Promise<void> {
  await call('offers.start', { offerId, connectionId, prefix: prefix.trim() });
  rememberConnection(connectionId);
  announce(words.started);
  endOffer(offerId);
}

/** It leaves the screen whatever main says: there is nothing that the person could do about it. */
function dismiss(offerId: string): void {
  endOffer(offerId);
  void attempt(() => call('offers.dismiss', { offerId }));
}
