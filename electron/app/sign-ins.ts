/**
 * Who is signed in to which backend, and whom to ask: once, when a backend wants to know who sends. Until a person has answered,
 * what goes there waits; who does not want to answer is not asked again until they act.
 */
import type { Logger } from 'pino';
import { asBroker, isBroker } from '../../shared/connection-kind.ts';
import type { BrokerConnection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import type { BackendSignIn, SignInState } from '../../shared/ipc.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Brokers } from '../broker/open.ts';
import type { SignIn, SignInChange } from '../broker/sign-in.ts';
import { proved, refuseWithoutPasswords, trySignIn } from '../broker/trial.ts';
import type { Journal } from '../journal/journal.ts';
import type { Agents } from '../storage/agents.ts';
import { createTurns } from '../storage/whole-file.ts';

export interface SignInsDeps {
  journal: Pick<Journal, 'connections'>;
  brokers: Pick<Brokers, 'open'>;
  agents: Agents;
  log: Pick<Logger, 'warn'>;
  /** The window shows it. */
  push(states: SignInState[]): void;
}

/** Backends are named by their connection's id. */
export interface SignIns {
  list(): Promise<SignInState[]>;
  /** What goes there waits until somebody has signed in. */
  needed(connectionId: number): void;
  /** What the sign-in itself tells. */
  changed(connectionId: number, now: SignInChange): void;
  /** Throws `invalid-input`, `sign-in-refused`, and what the network and the backend can cause. */
  answer(connectionId: number, given: BackendSignIn): Promise<void>;
  decline(connectionId: number): void;
  /** Asks, whatever was asked before. */
  ask(connectionId: number): void;
  /** Somebody has acted: what was declined is asked again when it is next needed. */
  forgive(): void;
  /** Resolves with true once a question that stands now is answered; false: it was declined, or none stands. */
  answered(connectionId: number): Promise<boolean>;
  out(connectionId: number): Promise<void>;
  /** The connections are others: the window is told anew. */
  follow(): void;
  /** Nothing is told any more: the journal is about to be closed. */
  close(): void;
}

interface Entry {
  question: SignInState['question'];
  waits: boolean;
  /** It stays for the next time when the token is forgotten. */
  username: string;
  waiting: ((answered: boolean) => void)[];
}

/** For a person who looks at it. ms */
const patience = 60_000;

export function createSignIns({ journal, brokers, agents, log, push }: SignInsDeps): SignIns {
  const entries = new Map<number, Entry>();
  const inTurn = createTurns();
  let closed = false;
  const isClosed = () => closed; // it may close while something is awaited

  function entryOf(id: number): Entry {
    let entry = entries.get(id);
    if (entry === undefined) {
      entry = { question: 'none', waits: false, username: '', waiting: [] };
      entries.set(id, entry);
    }
    return entry;
  }

  function put(id: number, question: Entry['question'], answered = false): void {
    const entry = entryOf(id);
    entry.question = question;
    if (question !== 'asked') for (const tell of entry.waiting.splice(0)) tell(answered);
    tellWindow();
  }

  function tellWindow(): void {
    const telling = inTurn(async () => {
      if (isClosed()) return;
      const states = await allStates();
      if (!isClosed()) push(states);
    });
    telling.catch((error: unknown) => log.warn({ error }, 'the window was not told who is signed in'));
  }

  async function allStates(): Promise<SignInState[]> {
    const all = journal.connections().filter(isBroker);
    for (const id of entries.keys()) if (!all.some((one) => one.id === id)) drop(id);
    return await Promise.all(all.map(stateOf));
  }

  /** Its connection was removed. */
  function drop(id: number): void {
    for (const tell of entries.get(id)?.waiting ?? []) tell(false);
    entries.delete(id);
  }

  async function stateOf(connection: BrokerConnection): Promise<SignInState> {
    const { id } = connection;
    const signIn = await signInOf(connection);
    const entry = entryOf(id);
    const [signedIn, user, typed] = [await isIn(signIn), await signIn.user(), await signIn.username()];
    if (signedIn || typed !== null) entry.username = typed ?? '';
    const { question, waits, username } = entry;
    return { connectionId: id, signedIn, user: signedIn ? user : null, username, question, waits };
  }

  /** What cannot be read is said where it is needed: at the upload. */
  async function isIn(signIn: SignIn): Promise<boolean> {
    try {
      return await signIn.isIn();
    } catch (error) {
      log.warn({ error }, 'the sign-in to a backend cannot be read');
      return false;
    }
  }

  async function signInOf(connection: BrokerConnection): Promise<SignIn> {
    return (await brokers.open(connection)).broker.signIn;
  }

  /** Throws `invalid-input`. */
  function connectionOf(id: number): BrokerConnection {
    const found = journal.connections().find((one) => one.id === id);
    if (found === undefined) throw new SidelineError('invalid-input', { subject: refusals.connectionGone });
    return asBroker(found);
  }

  async function withToken(connection: BrokerConnection, given: BackendSignIn & { with: 'token' }): Promise<void> {
    const signal = AbortSignal.timeout(patience);
    const { settings } = connection.config;
    const signIn = await signInOf(connection); // before it is proved: it ends where the connection is edited meanwhile
    const tokens = await proved(await trySignIn(settings, given, { agents, signal }), signal);
    await signIn.take(tokens);
  }

  function needed(id: number): void {
    const entry = entryOf(id);
    entry.waits = true;
    if (entry.question === 'none') put(id, 'asked');
    else tellWindow();
  }

  return {
    list: () => inTurn(allStates),
    needed,
    changed(id, now) {
      if (now === 'needed') {
        needed(id);
        return;
      }
      if (now === 'in') entryOf(id).waits = false;
      put(id, 'none', now === 'in');
    },
    async answer(id, given) {
      const connection = connectionOf(id);
      if (given.with === 'token') {
        await withToken(connection, given);
        return;
      }
      refuseWithoutPasswords(connection.config.settings);
      const signIn = await signInOf(connection);
      await signIn.withPassword(given.username, given.password, AbortSignal.timeout(patience));
    },
    decline(id) {
      if (entryOf(id).question === 'asked') put(id, entryOf(id).waits ? 'declined' : 'none');
    },
    ask(id) {
      connectionOf(id);
      put(id, 'asked');
    },
    forgive() {
      for (const [id, { question }] of entries) if (question === 'declined') put(id, 'none');
    },
    async answered(id) {
      const entry = entries.get(id);
      if (entry?.question !== 'asked') return false;
      return await new Promise((resolve) => entry.waiting.push(resolve));
    },
    out: async (id) => (await signInOf(connectionOf(id))).out(),
    follow: tellWindow,
    close: () => void (closed = true),
  };
}
