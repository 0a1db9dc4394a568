/** Answers the calls about who is signed in to which backend. */
import type { SignIns } from '../app/sign-ins.ts';
import type { Handlers } from './handlers.ts';

type Calls = Extract<keyof Handlers, `signIns.${string}`>;

/** They throw what `SignIns.answer` and the secret store throw. */
export function signInHandlers(
  signIns: Pick<SignIns, 'list' | 'answer' | 'decline' | 'ask' | 'out'>,
): Pick<Handlers, Calls> {
  return {
    'signIns.list': () => signIns.list(),
    async 'signIns.answer'({ connectionId, signIn }) {
      if (signIn === null) signIns.decline(connectionId);
      else await signIns.answer(connectionId, signIn);
      return null;
    },
    'signIns.ask'({ connectionId }) {
      signIns.ask(connectionId);
      return null;
    },
    async 'signIns.out'({ connectionId }) {
      await signIns.out(connectionId);
      return null;
    },
  };
}
