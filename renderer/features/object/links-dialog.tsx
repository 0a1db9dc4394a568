import { Copy, Save } from 'lucide-react';
import { useEffect, useId, useState, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import type { ObjectDetails } from '../../../shared/objects.ts';
import { links } from '../../../shared/strings/links.ts';
import { wordsOf } from '../../app/attempt.ts';
import { useFormState } from '../../app/form-state.ts';
import { useFocusOnProblem } from '../../app/use-focus-on-problem.ts';
import { Button, Chips, Dialog, Note } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import type { WantedLinks } from '../../stores/links.ts';
import { useRightsOf } from '../../stores/rights.ts';
import { dayTime } from '../history/words.ts';
import {
  formInput,
  kindsFor,
  problemsOf,
  readInput,
  refusalOfKind,
  startOf,
  writeInput,
  type LinkField,
  type LinkValues,
} from './links-draft.ts';
import { LinkFields } from './links-fields.tsx';
import { closeLinks } from './links.tsx';
import './object.css';
import { shownNameOf } from './words.ts';

const words = links.dialog;

/** Addresses to give away. None of them but the public one is ever seen here: main puts them into the clipboard. */
export function LinksDialog({ wanted }: { wanted: WantedLinks }) {
  const formId = useId();
  const { connectionId, key } = wanted;
  const form = useFormState<LinkValues, LinkField>(startOf(wanted), problemsOf);
  const element = useFocusOnProblem(form.refusedTries);
  const [making, setMaking] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const { values } = form;
  const { kind } = values;
  const denied = refusalOfKind(wanted, values, useRightsOf(connectionId));

  const make = async () => {
    setSaid(null);
    if (Object.keys(problemsOf(values)).length > 0) {
      form.refuse();
      return;
    }
    setMaking(true);
    try {
      setSaid(await made(connectionId, key, values));
    } catch (error) {
      form.refuseWith(error, () => null);
    } finally {
      setMaking(false);
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void make();
  };
  const action = kind === 'form' ? words.save : kind === 'public' ? words.copyAddress : words.copy;
  return (
    <Dialog
      title={key === null ? words.uploadTitle : words.title(shownNameOf(key))}
      isOpen
      onClose={closeLinks}
      footer={
        <>
          <Button onPress={closeLinks}>{words.close}</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            icon={kind === 'form' ? Save : Copy}
            isPending={making}
            isDisabled={denied !== null}
          >
            {action}
          </Button>
        </>
      }
    >
      <Form id={formId} ref={element} className="links-form" validationBehavior="aria" onSubmit={submit}>
        <Chips
          label={words.kind}
          choices={kindsFor(wanted).map((id) => ({ id, label: words.kinds[id] }))}
          value={kind}
          onChange={(next) => {
            setSaid(null);
            form.set({ kind: next });
          }}
        />
        <p className="muted">{words.about[kind]}</p>
        {kind === 'public' && key !== null && <PublicAddress connectionId={connectionId} objectKey={key} />}
        {kind !== 'public' && <LinkFields form={form} objectKey={key} />}
        <div role="alert">{form.refusal !== null && <Note tone="danger">{form.refusal}</Note>}</div>
        <div role="status">{denied !== null && <Note tone="warning">{denied}</Note>}</div>
        <div role="status">{said !== null && <Note tone="success">{said}</Note>}</div>
      </Form>
    </Dialog>
  );
}

/** Makes it, and says what became of it; null: the person thought better of it. */
async function made(connectionId: number, key: string | null, values: LinkValues): Promise<string | null> {
  if (values.kind === 'form') {
    const saved = await call('links.form', formInput(connectionId, values));
    return saved === null ? null : words.pageSaved(saved.file, dayTime(saved.expiresAt));
  }
  if (values.kind === 'write' || key === null) {
    const { expiresAt } = await call('links.write', writeInput(connectionId, values));
    return words.copied(dayTime(expiresAt));
  }
  if (values.kind === 'public') {
    await call('links.address', { connectionId, key });
    return words.addressCopied;
  }
  const { expiresAt } = await call('links.read', readInput(connectionId, key, values));
  return words.copied(dayTime(expiresAt));
}

/** The address, and whether it is of use to anybody, as far as the store tells. */
function PublicAddress({ connectionId, objectKey }: { connectionId: number; objectKey: string }) {
  const [details, setDetails] = useState<ObjectDetails | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    call('objects.details', { connectionId, key: objectKey, versionId: null }).then(
      (told) => {
        if (isWanted) setDetails(told);
      },
      (error: unknown) => {
        if (isWanted) setRefusal(wordsOf(error));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [connectionId, objectKey]);
  if (refusal !== null) return <Note tone="warning">{refusal}</Note>;
  if (details === null) return null;
  const { acl } = details;
  // A policy of the bucket may open it all the same: only what the ACL says is known here.
  const isClosed = acl.known && !acl.value.grants.some(({ who }) => who === 'everybody');
  return (
    <>
      <p className="links-url selectable">{details.url}</p>
      {isClosed && <Note tone="warning">{words.publicIsPrivate}</Note>}
    </>
  );
}
