import { useEffect, useId, useState, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import type { ConnectionInfo, S3ConnectionInfo, FoundOnMachine } from '../../../shared/ipc.ts';
import { providers, type ProviderId } from '../../../shared/providers.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { attempt } from '../../app/attempt.ts';
import { useFocusOnProblem } from '../../app/use-focus-on-problem.ts';
import { useInSight } from '../../app/use-in-sight.ts';
import { Button, Dialog, Icon, Note, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { CredentialFields } from './credential-fields.tsx';
import { startValues, valuesOf, withProvider, type FormValues } from './draft.ts';
import { PlaceFields } from './place-fields.tsx';
import { ProviderChoice, providerIcon } from './provider-choice.tsx';
import { TestResult } from './test-result.tsx';
import { useForm, type ConnectionForm } from './use-form.ts';

export interface ConnectionDialogProps {
  /** null: a new one */
  editing: S3ConnectionInfo | null;
  /** Fills the region in, where a test found out the right one. */
  region?: string;
  /** It was saved, as main has it now: the dialog is done. */
  onSaved: (connection: ConnectionInfo) => void;
  onClose: () => void;
}

/** Adds or edits a connection: first whose storage it is, then only what that needs. One dialog, so that the focus finds back. */
export function ConnectionDialog({ editing, region, onSaved, onClose }: ConnectionDialogProps) {
  const formId = useId();
  const [step, setStep] = useState<Step>(editing === null ? 'provider' : 'edit');
  const form = useForm(startOf(editing, region), editing, onSaved);
  const provider = providers[form.values.providerId];
  const choose = (id: ProviderId) => {
    form.set(withProvider(form.values, id));
    setStep('fill');
  };
  if (step === 'provider') {
    const footer = <Button onPress={onClose}>{words.form.cancel}</Button>;
    return (
      <Dialog title={words.provider.title} isOpen onClose={onClose} footer={footer} size="wide">
        <p className="muted">{words.provider.text}</p>
        <ProviderChoice onChoose={choose} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={editing === null ? words.form.addTitle(provider.name) : words.form.editTitle(editing.name)}
      isOpen
      onClose={onClose}
      footer={<Actions form={form} formId={formId} onClose={onClose} />}
      keepOpen
    >
      <Fields
        id={formId}
        form={form}
        editing={editing}
        autoFocus={step === 'fill'}
        onChangeProvider={() => setStep('provider')}
      />
      <Answers form={form} />
    </Dialog>
  );
}

/** `fill`: the provider was just chosen, so the first question is next. */
type Step = 'provider' | 'fill' | 'edit';

function startOf(connection: S3ConnectionInfo | null, region: string | undefined): FormValues {
  if (connection === null) return startValues('aws');
  const values = valuesOf(connection);
  return region === undefined ? values : { ...values, place: { ...values.place, region } };
}

/** null until main has answered. Where it does not, only the profiles are missing: keys can still be typed. */
function useFound(): FoundOnMachine | null {
  const [found, setFound] = useState<FoundOnMachine | null>(null);
  useEffect(() => {
    void attempt(async () => setFound(await call('connections.found', {})));
  }, []);
  return found;
}

function Actions({ form, formId, onClose }: { form: ConnectionForm; formId: string; onClose: () => void }) {
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

interface FieldsProps {
  id: string;
  form: ConnectionForm;
  editing: S3ConnectionInfo | null;
  autoFocus: boolean;
  onChangeProvider: () => void;
}

function Fields({ id, form, editing, autoFocus, onChangeProvider }: FieldsProps) {
  const found = useFound();
  const element = useFocusOnProblem(form.refusedTries);
  const { values } = form;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    form.save();
  };
  return (
    <Form id={id} ref={element} className="connection-form" validationBehavior="aria" onSubmit={submit}>
      <div className="row connection-provider">
        <Icon of={providerIcon(values.providerId)} />
        <span className="spacer">{providers[values.providerId].name}</span>
        <Button variant="quiet" size="small" onPress={onChangeProvider}>
          {words.provider.change}
        </Button>
      </div>
      <PlaceFields form={form} autoFocus={autoFocus} />
      <TextField
        label={words.form.bucket}
        value={values.bucket}
        onChange={(bucket) => form.set({ bucket })}
        onBlur={() => form.leave('bucket')}
        error={form.problem('bucket')}
        mono
      />
      <CredentialFields form={form} editing={editing} found={found} />
      <TextField
        label={words.form.name}
        value={values.name}
        onChange={(name) => form.set({ name })}
        error={form.problem('name')}
        description={words.form.nameHint}
        placeholder={values.bucket}
      />
    </Form>
  );
}

/** What main said: to saving, and to a test. */
function Answers({ form }: { form: ConnectionForm }) {
  const refusalPlace = useInSight(form.refusal);
  return (
    <>
      <div role="alert" className="test-result" ref={refusalPlace}>
        {form.refusal !== null && <Note tone="danger">{form.refusal}</Note>}
      </div>
      <TestResult
        state={form.tester.state}
        bucket={form.values.bucket.trim()}
        onCreateBucket={form.createBucket}
        onUseRegion={(region) => form.setPlace({ region })}
      />
    </>
  );
}
