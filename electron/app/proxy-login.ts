/**
 * The user names and passwords of proxies: asked for once, when a proxy asks for one, and told to it from then on. Until a
 * person has answered, what goes through that proxy waits; who does not want to answer is not asked again until they act.
 */
import type { Logger } from 'pino';
import { SidelineError } from '../../shared/errors.ts';
import type { ProxyState } from '../../shared/ipc.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { ProxyChallenge } from '../storage/agents.ts';
import type { ProxyLogin } from '../storage/proxy-challenge.ts';
import { proxyOfSecret, proxySecretName, type SecretStore } from '../storage/secrets.ts';

export interface ProxyLoginsDeps {
  secrets: Pick<SecretStore, 'get' | 'set' | 'delete' | 'names'>;
  log: Pick<Logger, 'warn'>;
  /** The window shows it. */
  push(states: ProxyState[]): void;
  /** What goes through this proxy begins anew, with what is known of it now. */
  onAnswer(proxy: string): void;
}

/** Proxies are named by their origin. */
export interface ProxyLogins {
  /** Reads what was kept by an earlier run. What cannot be read is named in the log, and read again next time. */
  load(): Promise<void>;
  loginFor(proxy: string): ProxyLogin | null;
  /** A proxy answered 407. */
  challenged(challenge: ProxyChallenge): void;
  /** `remember`: for later runs too. Throws what the secret store throws, and `invalid-input` where this proxy never asked. */
  answer(proxy: string, login: ProxyLogin, remember: boolean): Promise<void>;
  /** A name and password that nobody was asked for: they stood in an address. Throws what the secret store throws. */
  keep(proxy: string, login: ProxyLogin): Promise<void>;
  decline(proxy: string): void;
  /** Asks again where it was declined. */
  ask(proxy: string): void;
  /** Somebody has acted: what was declined is asked again when it is next needed. */
  forgive(): void;
  /** Of proxies that nothing goes through any more, nothing is asked: they were another network's. */
  settle(isUsed: (proxy: string) => boolean): void;
  /** Resolves with true once a question that stands now is answered; false: it was declined, or none stands. */
  answered(proxy: string | null): Promise<boolean>;
  forget(proxy: string): Promise<void>;
  states(): ProxyState[];
  /** all that must not leave this computer */
  known(): ProxyLogin[];
}

interface Entry {
  login: ProxyLogin | null;
  kept: boolean;
  question: ProxyState['question'];
  /** the name and password that were given were not taken */
  wrong: boolean;
  waiting: ((answered: boolean) => void)[];
}

export function createProxyLogins({ secrets, log, push, onAnswer }: ProxyLoginsDeps): ProxyLogins {
  const entries = new Map<string, Entry>();
  let loading: Promise<void> | null = null;

  function entryOf(proxy: string): Entry {
    let entry = entries.get(proxy);
    if (entry === undefined) {
      entry = { login: null, kept: false, question: 'none', wrong: false, waiting: [] };
      entries.set(proxy, entry);
    }
    return entry;
  }

  function put(entry: Entry, question: Entry['question'], answered = false): void {
    entry.question = question;
    if (question !== 'asked') for (const tell of entry.waiting.splice(0)) tell(answered);
  }

  /** Back to where nobody has asked yet. */
  function withdraw(which: (entry: Entry, proxy: string) => boolean): void {
    const meant = [...entries].filter(([proxy, entry]) => entry.question !== 'none' && which(entry, proxy));
    for (const [, entry] of meant) put(entry, 'none');
    if (meant.length > 0) push(states());
  }

  const states = () =>
    [...entries].map(([proxy, { login, kept, question, wrong }]): ProxyState => ({
      ...{ proxy, question, wrong },
      username: login?.username ?? '',
      known: login === null ? 'no' : kept ? 'kept' : 'run',
    }));

  async function read(): Promise<void> {
    for (const name of await secrets.names()) {
      const proxy = proxyOfSecret(name);
      const kept = proxy === null ? null : await secrets.get(name);
      if (proxy === null || kept === null) continue;
      const entry = entryOf(proxy);
      if (entry.login !== null) continue; // it was given meanwhile
      entry.login = { username: kept.accessKeyId, password: kept.secretAccessKey };
      entry.kept = true;
    }
    push(states());
  }

  async function take(proxy: string, login: ProxyLogin, remember: boolean): Promise<void> {
    const entry = entryOf(proxy);
    const name = proxySecretName(proxy);
    if (remember) await secrets.set(name, { accessKeyId: login.username, secretAccessKey: login.password });
    else if (entry.kept) await secrets.delete(name);
    entry.login = login;
    entry.kept = remember;
    entry.wrong = false;
    onAnswer(proxy); // first: who waits for the answer then asks in its light
    put(entry, 'none', true);
    push(states());
  }

  return {
    load() {
      loading ??= read().catch((error: unknown) => {
        loading = null;
        log.warn({ error }, 'the kept names and passwords of proxies cannot be read');
      });
      return loading;
    },
    loginFor: (proxy) => entries.get(proxy)?.login ?? null,
    challenged({ proxy, login, takesLogin }) {
      const entry = entryOf(proxy);
      if (!takesLogin || entry.question !== 'none') return;
      if (entry.login !== null && !isSame(entry.login, login)) return; // it was asked before the last answer
      entry.wrong = login !== null;
      put(entry, 'asked');
      push(states());
    },
    async answer(proxy, login, remember) {
      const question = entries.get(proxy)?.question ?? 'none';
      if (question === 'none') throw new SidelineError('invalid-input', { subject: refusals.proxyNotAsking });
      await take(proxy, login, remember);
    },
    keep: (proxy, login) => take(proxy, login, true),
    decline(proxy) {
      const entry = entries.get(proxy);
      if (entry?.question !== 'asked') return;
      put(entry, 'declined');
      push(states());
    },
    ask(proxy) {
      const entry = entries.get(proxy);
      if (entry?.question !== 'declined') return;
      put(entry, 'asked');
      push(states());
    },
    forgive: () => withdraw(({ question }) => question === 'declined'),
    // A connection that is only being tested is none that is in use.
    settle: (isUsed) => withdraw(({ waiting }, proxy) => waiting.length === 0 && !isUsed(proxy)),
    async answered(proxy) {
      const entry = proxy === null ? undefined : entries.get(proxy);
      if (entry?.question !== 'asked') return false;
      return await new Promise((resolve) => entry.waiting.push(resolve));
    },
    async forget(proxy) {
      const entry = entries.get(proxy);
      if (entry === undefined || entry.login === null) return;
      await secrets.delete(proxySecretName(proxy));
      entry.login = null;
      entry.kept = false;
      entry.wrong = false;
      onAnswer(proxy);
      push(states());
    },
    states,
    known: () => [...entries.values()].flatMap(({ login }) => login ?? []),
  };
}

function isSame(one: ProxyLogin, other: ProxyLogin | null): boolean {
  return one.username === other?.username && one.password === other.password;
}
