import { useId, useState, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import type { ErrorKind } from '../../../shared/errors.ts';
import type { ObjectDetails } from '../../../shared/objects.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { objects } from '../../../shared/strings/objects.ts';
import { useFormState } from '../../app/form-state.ts';
import { useFocusOnProblem } from '../../app/use-focus-on-problem.ts';
import { Button, Confirm, Dialog, Note, notify, Select, TextField } from '../../components/index.ts';
import { call, CallError } from '../../ipc.ts';
import type { RefusalOf } from '../../stores/refusal.ts';
import {
  changeOf,
  fieldOfRefusal,
  headerNames,
  problemsOf,
  valuesOf,
  withoutRefused,
  type Acl,
  type EditValues,
  type StorageClass,
} from './edit-draft.ts';
import { untoldWords } from './facts.tsx';
import { Pairs } from './pairs.tsx';
import { shownNameOf } from './words.ts';

const words = objects.edit;
const chosen = destinations.form;

interface EditDialogProps {
  details: ObjectDetails;
  refusalOf: RefusalOf;
  onSaved: () => void;
  onClose: () => void;
}

/** Headers, metadata, tags, access and storage class of an object; only what is changed is written. */
export function EditDialog({ details, refusalOf, onSaved, onClose }: EditDialogProps) {
  const formId = useId();
  const [now, setNow] = useState(details);
  const start = valuesOf(now);
  const allowed = (typed: EditValues) => withoutRefused(typed, start, refusalOf);
  const form = useFormState<EditValues, string>(start, (typed) => problemsOf(allowed(typed)));
  const element = useFocusOnProblem(form.refusedTries);
  const [saving, setSaving] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const values = allowed(form.values);
  const change = changeOf(values, start);
  const isPartlySaved = now.storageClass !== details.storageClass || changeOf(start, valuesOf(details)) !== null;
  const close = isPartlySaved ? onSaved : onClose;
  const name = shownNameOf(details.key);

  const save = async () => {
    if (Object.keys(problemsOf(values)).length > 0) {
      form.refuse();
      return;
    }
    if (change === null) return;
    setSaving(true);
    try {
      const { connectionId, key, etag, modified } = now;
      await call('objects.change', { connectionId, key, change, seen: { etag, modified } });
      notify('info', words.saved(name));
      onSaved();
    } catch (error) {
      form.refuseWith(error, fieldOfRefusal);
      if (error instanceof CallError && answers.has(error.reason.kind)) setNow(await afterRefusal(now));
    } finally {
      setSaving(false);
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void save();
  };
  const leave = () => (change === null ? close() : setLeaving(true));
  return (
    <Dialog
      title={words.title(name)}
      size="wide"
      isOpen
      keepOpen
      onClose={leave}
      footer={
        <>
          {change === null && (
            <span className="muted object-foot">{isPartlySaved ? words.restSaved : words.nothingChanged}</span>
          )}
          <Button onPress={leave}>{words.cancel}</Button>
          <Button type="submit" form={formId} variant="primary" isPending={saving} isDisabled={change === null}>
            {words.save}
          </Button>
        </>
      }
    >
      <Form id={formId} ref={element} className="object-form" validationBehavior="aria" onSubmit={submit}>
        <div role="alert">{form.refusal !== null && <Note tone="danger">{form.refusal}</Note>}</div>
        <HeaderFields form={form} />
        <Pairs
          field="metadata"
          label={words.metadata}
          hint={words.metadataHint}
          add={words.addMetadata}
          pairs={values.metadata}
          onChange={(metadata) => form.set({ metadata })}
          onLeave={form.leave}
          problem={form.problem}
        />
        <Pairs
          field="tags"
          label={words.tags}
          hint={words.tagsHint}
          add={words.addTag}
          refusal={tagsRefusal(details, refusalOf)}
          pairs={values.tags ?? []}
          onChange={(tags) => form.set({ tags })}
          onLeave={form.leave}
          problem={form.problem}
        />
        <Choices form={form} values={values} details={now} refusalOf={refusalOf} />
        <Note>{words.copied}</Note>
      </Form>
      <Confirm
        title={words.discardTitle}
        isOpen={leaving}
        action={words.discard}
        cancel={words.stay}
        onConfirm={close}
        onCancel={() => setLeaving(false)}
      >
        <p>{words.discardText}</p>
      </Confirm>
    </Dialog>
  );
}

/** The store's own: not that it could not be reached, or that the object is another one by now. */
const answers: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['denied', 'acl-refused', 'rejected', 'not-kept']);

/** What of a change comes before what was refused is done: with what is there since then the rest can be saved. */
async function afterRefusal(seen: ObjectDetails): Promise<ObjectDetails> {
  const { connectionId, key, etag } = seen;
  try {
    const now = await call('objects.details', { connectionId, key, versionId: null });
    return now.etag === etag ? now : seen; // of another content nobody has seen what it says of itself
  } catch {
    return seen; // what was refused is said already
  }
}

/** What could not be read is not written over either. */
function tagsRefusal({ tags }: ObjectDetails, refusalOf: RefusalOf): string | null {
  return refusalOf('write-tags') ?? (tags.known ? null : untoldWords(tags.reason));
}

type FormOf = ReturnType<typeof useFormState<EditValues, string>>;

function HeaderFields({ form }: { form: FormOf }) {
  const { headers } = form.values;
  return (
    <fieldset className="form-group">
      <legend className="label">{words.headers}</legend>
      <span className="field-description">{words.headersHint}</span>
      <div className="form-columns">
        {headerNames.map((name) => (
          <TextField
            key={name}
            label={objects.headers[name]}
            value={headers[name]}
            onChange={(text) => form.set({ headers: { ...headers, [name]: text } })}
            onBlur={() => form.leave(name)}
            error={form.problem(name)}
            mono
          />
        ))}
      </div>
    </fieldset>
  );
}

interface ChoicesProps {
  form: FormOf;
  values: EditValues;
  details: ObjectDetails;
  refusalOf: RefusalOf;
}

function Choices({ form, values, details, refusalOf }: ChoicesProps) {
  const refusal = refusalOf('write-acl');
  const acls = Object.entries(chosen.acls) as [Acl, { label: string; hint: string }][];
  const classes = Object.entries(chosen.storageClasses) as [StorageClass, string][];
  return (
    <div className="form-columns">
      <Select
        label={words.access}
        description={refusal ?? chosen.aclHint}
        options={[{ id: 'keep' as const, label: words.accessKeep }, ...acls.map(([id, text]) => ({ id, ...text }))]}
        value={values.acl}
        onChange={(acl) => form.set({ acl })}
        isDisabled={refusal !== null}
      />
      <Select
        label={words.storageClass}
        options={[
          { id: 'keep' as const, label: words.storageKeep(details.storageClass) },
          ...classes.map(([id, label]) => ({ id, label, hint: id })),
        ]}
        value={values.storageClass}
        onChange={(storageClass) => form.set({ storageClass })}
      />
    </div>
  );
}
