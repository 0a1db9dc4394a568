import { useEffect, useId, useRef, type ReactNode, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import type { Mend, MendPreview, MendResult } from '../../../shared/bucket-check.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { common } from '../../../shared/strings/common.ts';
import { useFormState } from '../../app/form-state.ts';
import { useFocusOnProblem } from '../../app/use-focus-on-problem.ts';
import { Button, Dialog, Note, Spinner } from '../../components/index.ts';
import { Diff } from './diff.tsx';
import { fieldOf, fieldsOf, isComplete, mendOf, problemsOf, valuesOf } from './mend-draft.ts';
import { MendFields } from './mend-fields.tsx';
import { useMend, type MendStep, type Order } from './use-mend.ts';

const words = bucketPage.mend;

interface MendDialogProps {
  connectionId: number;
  /** as it is proposed: what is not known of it is asked for first */
  order: Order;
  onClose: () => void;
}

/** What is put back asks for nothing. */
const askingNothing: Mend = { mend: 'versioning' };

/** A change to a setting: what it has to know, exactly what it changes, and what the storage then really has. */
export function MendDialog({ connectionId, order: first, onClose }: MendDialogProps) {
  const id = useId();
  const mend = 'mend' in first ? first.mend : askingNothing;
  const { step, order, look, apply, toValues } = useMend(connectionId, first, isComplete(mend));
  const form = useFormState(valuesOf(mend), (values) => problemsOf(mend, values));
  const place = useFocusOnProblem(form.refusedTries);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (Object.keys(problemsOf(mend, form.values)).length > 0) form.refuse();
    else void look({ mend: mendOf(mend, form.values) }).catch((error: unknown) => form.refuseWith(error, fieldOf));
  };
  const isBack = 'back' in order;
  const hasValues = !isBack && fieldsOf[mend.mend].length > 0;
  return (
    <Dialog
      title={isBack ? bucketCheck.putBack : bucketCheck.mends[mend.mend]}
      isOpen
      onClose={onClose}
      keepOpen
      size="wide"
      footer={
        <>
          <Button onPress={onClose}>{step.at === 'result' || isDone(step) ? common.close : common.cancel}</Button>
          {hasValues && (step.at === 'preview' || step.at === 'refused') && (
            <Button onPress={toValues}>{words.back}</Button>
          )}
          {(step.at === 'refused' || (step.at === 'preview' && step.refusal !== null)) && (
            <Button onPress={() => void look(order)}>{words.lookAgain}</Button>
          )}
          {step.at === 'values' && (
            <Button type="submit" form={id} variant="primary">
              {words.look}
            </Button>
          )}
          {step.at === 'result' && (
            <Button onPress={() => void look({ back: step.result.changeId })}>{words.putBack}</Button>
          )}
          {step.at === 'preview' && !step.preview.unchanged && step.refusal === null && (
            <Button variant="primary" isPending={step.applying} onPress={() => void apply(step.preview)}>
              {words.apply}
            </Button>
          )}
        </>
      }
    >
      <StepPlace at={step.at}>
        {step.at === 'values' && (
          <Form ref={place} id={id} className="stack" validationBehavior="aria" onSubmit={submit}>
            {form.refusal !== null && (
              <Note tone="danger" role="alert">
                {form.refusal}
              </Note>
            )}
            <MendFields mend={mend} form={form} />
          </Form>
        )}
        {step.at === 'looking' && (
          <p className="row muted" role="status">
            <Spinner /> {words.looking}
          </p>
        )}
        {step.at === 'refused' && (
          <Note tone="danger" role="alert">
            {step.words}
          </Note>
        )}
        {step.at === 'preview' && <Preview preview={step.preview} refusal={step.refusal} />}
        {step.at === 'result' && <Result result={step.result} />}
      </StepPlace>
    </Dialog>
  );
}

const isDone = (step: MendStep) => step.at === 'preview' && step.preview.unchanged;

/** The button that led to the next step is gone with the one before: the focus goes to what it led to. */
function StepPlace({ at, children }: { at: MendStep['at']; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(at);
  useEffect(() => {
    if (before.current !== at) place.current?.focus();
    before.current = at;
  }, [at]);
  return (
    <div ref={place} tabIndex={-1} className="stack bucket-step">
      {children}
    </div>
  );
}

function Preview({ preview, refusal }: { preview: MendPreview; refusal: string | null }) {
  const { setting, before, after, lines, warnings, unchanged } = preview;
  const count = (kind: 'added' | 'removed') => lines.filter((line) => line.kind === kind).length;
  if (unchanged) {
    return (
      <>
        <Note tone="success" role="status">
          {words.unchanged}
        </Note>
        {after !== '' && <Code label={words.now} text={before} />}
      </>
    );
  }
  return (
    <>
      {refusal !== null && (
        <Note tone="danger" role="alert">
          {refusal}
        </Note>
      )}
      {warnings.length > 0 && (
        <Note tone="warning">
          {warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Note>
      )}
      <div>
        <h3>{words.of(bucketCheck.settings[setting])}</h3>
        <p className="muted small">
          {before === '' && `${words.unset} `}
          {words.counts(count('added'), count('removed'))}
        </p>
      </div>
      <Diff lines={lines} />
    </>
  );
}

function Result({ result: { message, now } }: { result: MendResult }) {
  // It may have taken the change and lost something else.
  const isWell = message === bucketCheck.results.taken;
  return (
    <>
      <Note tone={isWell ? 'success' : 'warning'} role="status">
        {message}
      </Note>
      <h3>{words.now}</h3>
      {now === '' ? <p className="muted">{words.nothingNow}</p> : <Code label={words.now} text={now} />}
    </>
  );
}

/** Text as the storage has it. */
export function Code({ label, text }: { label: string; text: string }) {
  return (
    <pre className="bucket-code selectable" role="region" aria-label={label} tabIndex={0}>
      {text}
    </pre>
  );
}
