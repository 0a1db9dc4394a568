import { ListTree, RotateCcw } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Form } from 'react-aria-components';
import type { ConnectionInfo, Offer } from '../../../../shared/ipc.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import { Button, TextField } from '../../../components/index.ts';
import { Details } from './details.tsx';
import type { Destinations } from './draft.ts';
import { PlanList } from './plan-list.tsx';
import { PlanSummary } from './plan-summary.tsx';
import type { Told } from './told.ts';
import type { OfferFormState } from './use-offer-form.ts';
import { WhereTo } from './where-to.tsx';

const words = uploads.offer;

export interface OfferFormProps {
  id: string;
  offer: Offer;
  form: OfferFormState;
  connections: readonly ConnectionInfo[];
  destinations: Destinations;
}

/** Where it goes, what must be known for that, what is said of it, and what will happen. */
export function OfferForm({ id, offer, form, connections, destinations }: OfferFormProps) {
  const { draft, set, plan, names } = form;
  const toDestinations = draft.to === 'destinations';
  return (
    <>
      <Form
        id={id}
        className="stack offer-form"
        onSubmit={(event) => {
          event.preventDefault();
          form.start();
        }}
      >
        <WhereTo {...{ draft, set, connections, destinations }} root={offer.roots[0]}>
          {form.told !== null && <ToldField form={form} told={form.told} />}
        </WhereTo>
        {form.asked.length > 0 && <Fields form={form} />}
        <Details details={form.details} onChange={form.setDetails} />
      </Form>
      {(toDestinations ? names.size > 0 : form.showsFiles) && (
        <PlanSummary state={plan} names={names} onShow={form.showSome} />
      )}
      {destinations.length > 0 && (names.size > 0 || !toDestinations) && <FilesCommands form={form} />}
      {form.showsFiles && plan.plan !== null && (
        <PlanList offerId={offer.id} revision={plan.revision} names={names} onPlace={form.place} />
      )}
    </>
  );
}

/** What the backend wants to know of all of it. */
function ToldField({ form, told: { detail, label, hint, problem } }: { form: OfferFormState; told: Told }) {
  const { details, setDetails, isTried } = form;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isTried && problem !== null) input.current?.focus();
  }, [isTried, problem]);
  return (
    <TextField
      label={label}
      description={hint}
      value={details[detail]}
      onChange={(text) => setDetails({ ...details, [detail]: text })}
      maxLength={200}
      error={isTried ? problem : null}
      inputRef={input}
    />
  );
}

/** Values that the keys are made of. After a try without them the focus goes to the first. */
function Fields({ form }: { form: OfferFormState }) {
  const group = useRef<HTMLDivElement>(null);
  const { isTried, asked, draft, set } = form;
  useEffect(() => {
    if (isTried) group.current?.querySelector<HTMLInputElement>('input[aria-invalid=true]')?.focus();
  }, [isTried]);
  return (
    <div ref={group} className="offer-fields" role="group" aria-label={words.fields.title}>
      {asked.map(({ name, label, of, isTold, problem }) => (
        <TextField
          key={name}
          label={label}
          description={isTold ? words.fields.toldTo(of) : words.fields.for(of)}
          value={draft.fields[name] ?? ''}
          onChange={(text) => set({ fields: { ...draft.fields, [name]: text } })}
          maxLength={500}
          error={isTried || (draft.fields[name] ?? '') !== '' ? problem : null}
        />
      ))}
    </div>
  );
}

function FilesCommands({ form }: { form: OfferFormState }) {
  const { draft, showsFiles, showFiles, set } = form;
  const byHand = Object.keys(draft.exceptions).length;
  return (
    <div className="row offer-files-commands">
      <Button size="small" icon={ListTree} aria-expanded={showsFiles} onPress={() => showFiles(!showsFiles)}>
        {showsFiles ? words.plan.hideFiles : words.plan.showFiles}
      </Button>
      {byHand > 0 && draft.to === 'destinations' && (
        <>
          <span className="muted small">{words.list.changed(byHand)}</span>
          <Button size="small" variant="quiet" icon={RotateCcw} onPress={() => set({ exceptions: {} })}>
            {words.list.undoAll}
          </Button>
        </>
      )}
    </div>
  );
}
