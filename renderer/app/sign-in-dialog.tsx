import { useId, useState, type SyntheticEvent } from 'react';
import { Form } from 'react-aria-components';
import { placeName } from '../../shared/connection-kind.ts';
import { backends } from '../../shared/strings/backends.ts';
import { signIns as words } from '../../shared/strings/sign-ins.ts';
import { Button, Dialog, Note } from '../components/index.ts';
import { call } from '../ipc.ts';
import type { SignInAt } from '../stores/sign-ins.ts';
import { attempt } from './attempt.ts';
import { useFormState } from './form-state.ts';
import {
  emptySignIn,
  signInOf,
  signInProblems,
  signInSecrets,
  type SignInField,
  type SignInValues,
} from './sign-in-draft.ts';
import { SignInFields } from './sign-in-fields.tsx';
import { useFocusOnProblem } from './use-focus-on-problem.ts';
import { useForgotten } from './use-forgotten.ts';
import { useObscured } from './use-obscured.ts';

/** Asks who sends to a backend. What goes there waits meanwhile, and goes on by itself. */
export function SignInDialog({ asking: { state, connection } }: { asking: SignInAt }) {
  const id = useId();
  const { settings } = connection.config;
  const form = useSignIn(connection.id, emptySignIn(settings.signIn.how, state.username));
  const element = useFocusOnProblem(form.refusedTries);
  const obscured = useObscured();
  const decline = () => void attempt(() => call('signIns.answer', { connectionId: connection.id, signIn: null }));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    form.send();
  };
  return (
    <Dialog
      title={words.title(connection.name)}
      isOpen
      onClose={decline}
      keepOpen
      footer={
        <>
          <Button onPress={decline}>{words.notNow}</Button>
          <Button type="submit" form={id} variant="primary" isPending={form.sending}>
            {words.signIn}
          </Button>
        </>
      }
    >
      <Form id={id} ref={element} className="stack" validationBehavior="aria" onSubmit={submit}>
        <p>{words.text(backends.kinds[settings.kind].name, placeName(connection.config))}</p>
        <div role="alert">{form.refusal !== null && <Note tone="danger">{form.refusal}</Note>}</div>
        <SignInFields
          values={form.values}
          set={form.set}
          problem={form.problem}
          tokenOnly={settings.signIn.how === 'token'}
          autoFocus
        />
        {obscured === true && <p className="muted small">{words.obscured}</p>}
        {state.waits && <p className="muted small">{words.waits}</p>}
      </Form>
    </Dialog>
  );
}

function useSignIn(connectionId: number, start: SignInValues) {
  const state = useFormState<SignInValues, SignInField>(start, signInProblems);
  useForgotten(state.values, signInSecrets);
  const [sending, setSending] = useState(false);

  const answer = async () => {
    setSending(true);
    try {
      await call('signIns.answer', { connectionId, signIn: signInOf(state.values) });
    } catch (error) {
      state.refuseWith(error, () => null);
    }
    setSending(false);
  };

  const send = () => {
    if (sending) return;
    state.forgive();
    if (Object.keys(signInProblems(state.values)).length > 0) state.refuse();
    else void answer();
  };
  return { ...state, sending, send };
}
