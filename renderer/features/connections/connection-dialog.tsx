import { useEffect, useId, useState } from 'react';
import { isBroker, isS3 } from '../../../shared/connection-kind.ts';
import type { ConnectionInfo, FoundOnMachine, S3ConnectionInfo } from '../../../shared/ipc.ts';
import { providers } from '../../../shared/providers.ts';
import { backends } from '../../../shared/strings/backends.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Dialog } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useSignIns } from '../../stores/sign-ins.ts';
import { backendValues, startBackend, type Edited } from './backend-draft.ts';
import { BackendFields } from './backend-fields.tsx';
import { BackendResult } from './backend-result.tsx';
import { BucketFields } from './bucket-fields.tsx';
import { startValues, valuesOf, withProvider, type FormValues } from './draft.ts';
import { ChosenKind, FormFrame, Refusal } from './form-frame.tsx';
import { backendIcon, KindChoice, providerIcon, type Choice } from './kind-choice.tsx';
import { TestResult } from './test-result.tsx';
import { useBackendForm, type BackendForm } from './use-backend-form.ts';
import { useForm, type ConnectionForm } from './use-form.ts';

export interface ConnectionDialogProps {
  /** null: a new one */
  editing: ConnectionInfo | null;
  /** Fills the region in, where a test found out the right one. */
  region?: string;
  /** It was saved, as main has it now: the dialog is done. */
  onSaved: (connection: ConnectionInfo) => void;
  onClose: () => void;
}

/**
 * Adds or edits a connection: first what it is to, a bucket or a backend, then only what that needs. One dialog, so that the
 * focus finds back.
 */
export function ConnectionDialog({ editing, region, onSaved, onClose }: ConnectionDialogProps) {
  const formId = useId();
  const [step, setStep] = useState<Step>(editing === null ? 'kind' : 'edit');
  const [bucketEdited] = useState(() => (editing !== null && isS3(editing) ? editing : null));
  const [backendEdited] = useState(() => editedOf(editing));
  const [to, setTo] = useState<Choice['to']>(backendEdited === null ? 'bucket' : 'backend');
  const bucket = useForm(startOf(bucketEdited, region), bucketEdited, onSaved);
  const backend = useBackendForm(
    backendEdited === null ? startBackend('fitness') : backendValues(backendEdited),
    backendEdited,
    onSaved,
  );
  const found = useFound();

  const choose = (choice: Choice) => {
    if (choice.to === 'bucket') bucket.set(withProvider(bucket.values, choice.provider));
    else if (choice.kind !== backend.values.kind) backend.set(changedKind(backend, choice.kind));
    setTo(choice.to);
    setStep('fill');
  };
  if (step === 'kind') {
    const footer = <Button onPress={onClose}>{words.form.cancel}</Button>;
    return (
      <Dialog title={backends.choice.title} isOpen onClose={onClose} footer={footer} size="wide">
        <p className="muted">{backends.choice.text}</p>
        <KindChoice onChoose={choose} bucketsOnly={bucketEdited !== null} />
      </Dialog>
    );
  }
  const shared = { id: formId, found, autoFocus: step === 'fill', onChange: () => setStep('kind') };
  const form = to === 'bucket' ? bucket : backend;
  return (
    <Dialog
      title={editing === null ? words.form.addTitle(nameOf(to, bucket, backend)) : words.form.editTitle(editing.name)}
      isOpen
      onClose={onClose}
      footer={<Actions form={form} formId={formId} onClose={onClose} />}
      keepOpen
    >
      {to === 'bucket' ? (
        <BucketForm {...shared} form={bucket} editing={bucketEdited} />
      ) : (
        <BackendFormOf {...shared} form={backend} edited={backendEdited} />
      )}
      <Refusal words={form.refusal} />
      {to === 'bucket' ? (
        <TestResult
          state={bucket.tester.state}
          bucket={bucket.values.bucket.trim()}
          onCreateBucket={bucket.createBucket}
          onUseRegion={(found) => bucket.setPlace({ region: found })}
        />
      ) : (
        <BackendResult state={backend.tester.state} />
      )}
    </Dialog>
  );
}

/** `fill`: the kind was just chosen, so the first question is next. */
type Step = 'kind' | 'fill' | 'edit';

function startOf(connection: S3ConnectionInfo | null, region: string | undefined): FormValues {
  if (connection === null) return startValues('aws');
  const values = valuesOf(connection);
  return region === undefined ? values : { ...values, place: { ...values.place, region } };
}

/** As it is when the dialog is opened: what is typed does not change under the person's hands. */
function editedOf(connection: ConnectionInfo | null): Edited | null {
  if (connection === null || !isBroker(connection)) return null;
  const state = useSignIns.getState().list.find(({ connectionId }) => connectionId === connection.id) ?? null;
  return { connection, state };
}

/** What all kinds ask for stays. */
function changedKind({ values }: BackendForm, kind: (typeof values)['kind']) {
  const { name, baseUrl, signIn } = values;
  return { ...startBackend(kind), name, baseUrl, signIn };
}

function nameOf(to: Choice['to'], bucket: ConnectionForm, backend: BackendForm): string {
  return to === 'bucket' ? providers[bucket.values.providerId].name : backends.kinds[backend.values.kind].name;
}

/** null until main has answered. Where it does not, only the profiles are missing: keys can still be typed. */
function useFound(): FoundOnMachine | null {
  const [found, setFound] = useState<FoundOnMachine | null>(null);
  useEffect(() => {
    void attempt(async () => setFound(await call('connections.found', {})));
  }, []);
  return found;
}

function Actions({
  form,
  formId,
  onClose,
}: {
  form: ConnectionForm | BackendForm;
  formId: string;
  onClose: () => void;
}) {
  const { at } = form.tester.state;
  return (
    <>
      <Button onPress={form.test} isPending={at === 'testing' || at === 'creating'}>
        {words.form.test}
      </Button>
      <span className="spacer" />
      <Button onPress={onClose}>{words.form.cancel}</Button>
      <Button type="submit" form={formId} variant="primary" isPending={form.saving}>
        {words.form.save}
      </Button>
    </>
  );
}

interface Shared {
  id: string;
  found: FoundOnMachine | null;
  autoFocus: boolean;
  onChange: () => void;
}

function BucketForm({ form, editing, ...rest }: Shared & { form: ConnectionForm; editing: S3ConnectionInfo | null }) {
  const { providerId } = form.values;
  const head = (
    <ChosenKind
      icon={providerIcon(providerId)}
      name={providers[providerId].name}
      change={words.provider.change}
      onChange={rest.onChange}
    />
  );
  return (
    <FormFrame id={rest.id} form={form} head={head}>
      <BucketFields form={form} editing={editing} found={rest.found} autoFocus={rest.autoFocus} />
    </FormFrame>
  );
}

function BackendFormOf({ form, edited, ...rest }: Shared & { form: BackendForm; edited: Edited | null }) {
  const { name } = backends.kinds[form.values.kind];
  const change = edited === null ? { change: backends.form.change, onChange: rest.onChange } : {};
  return (
    <FormFrame id={rest.id} form={form} head={<ChosenKind icon={backendIcon} name={name} {...change} />}>
      <BackendFields form={form} edited={edited} found={rest.found} autoFocus={rest.autoFocus} />
    </FormFrame>
  );
}
