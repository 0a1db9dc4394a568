/**
 * The window's side of the contract: calls and events by their names, with the types of shared/ipc.ts. Types only: zod stays in
 * the main process, which checks every input again.
 */
import type { Answer, Bridge, CallInput, CallName, CallOutput, EventName, Events, Offer } from '../shared/ipc.ts';
import type { Reason } from '../shared/errors.ts';

declare global {
  interface Window {
    /** put there by the preload script */
    sideline: Bridge;
  }
}

/** A call that main refused or could not do: `reason` is what a person is told, `message` its sentence. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason.message);
    this.reason = reason;
  }
}

/** Throws CallError. */
export async function call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
  // The contract says what each name answers; across the processes the type cannot be known.
  return opened((await window.sideline.call(name, input)) as Answer<CallOutput<Name>>);
}

/** The files of a drop event, folders as they are. Throws CallError. */
export async function dropped(files: readonly File[]): Promise<Offer> {
  return opened(await window.sideline.drop(files));
}

type Listeners = { [Name in EventName]: Set<(payload: Events[Name]) => void> };

const listeners: Listeners = {
  progress: new Set(),
  connections: new Set(),
  destinations: new Set(),
  planning: new Set(),
  verifying: new Set(),
  browsing: new Set(),
  counting: new Set(),
  tasks: new Set(),
  surveying: new Set(),
  orphans: new Set(),
  checking: new Set(),
  rights: new Set(),
  settings: new Set(),
  proxies: new Set(),
  signIns: new Set(),
  offer: new Set(),
  command: new Set(),
  notice: new Set(),
};
let listening = false;

/** Calls `listener` with each event of that name; returns what ends it. */
export function onEvent<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void {
  if (!listening) {
    listening = true;
    window.sideline.on((event, payload) => listeners[event].forEach((each) => each(payload)));
  }
  listeners[name].add(listener);
  return () => listeners[name].delete(listener);
}

function opened<Output>(answer: Answer<Output>): Output {
  if (answer.ok) return answer.output;
  throw new CallError(answer.error);
}
