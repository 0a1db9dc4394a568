/** Backends as connections have them: opened once each, so that all who use one share its sign-in. */
import type { BrokerConnection } from '../../shared/domain.ts';
import type { Agents, Way } from '../storage/agents.ts';
import { answers } from '../storage/reachable.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';
import { openBroker, type Broker } from './broker.ts';
import { createSignIn, type SignInChange } from './sign-in.ts';
import { tokenStore } from './tokens.ts';

export interface OpenedBroker {
  connection: BrokerConnection;
  broker: Broker;
  /** What a file's request travels on, to the storage or the backend. */
  wayTo(origin: URL): Promise<Way>;
  /** Whether anything answers at the backend, and where files went last. Throws `proxy-login`, and the signal's reason. */
  reachable(signal: AbortSignal): Promise<boolean>;
  /** The sign-in stays: it is shared. */
  close(): void;
}

export interface BrokersDeps {
  secrets: SecretStore;
  agents: Agents;
  /** called before the first request to an address */
  prepare?: ((url: URL) => Promise<void>) | undefined;
}

export interface Brokers {
  open(connection: BrokerConnection): Promise<OpenedBroker>;
  /** What is known of it, and its sign-in, is no longer right: the connection was removed, or its secret is another. */
  forget(connectionId: number): void;
  /** Calls back when somebody has signed in or out, or has to. There is one listener. */
  onSignIn(listener: (connectionId: number, now: SignInChange) => void): void;
}

interface Known {
  settings: string;
  opened: OpenedBroker;
}

/** A connection on which nothing moves for so long is given up. ms */
const patience = 30_000;

export function createBrokers({ secrets, agents, prepare }: BrokersDeps): Brokers {
  const known = new Map<number, Known>();
  let listener: (connectionId: number, now: SignInChange) => void = () => undefined;

  function make(connection: BrokerConnection): OpenedBroker {
    const { id, config } = connection;
    const { settings } = config;
    const signIn = createSignIn(settings, {
      ...{ store: tokenStore(secrets, secretName(id)), agents, patience },
      onChange: (now) => listener(id, now),
    });
    const broker = openBroker(settings, { agents, signIn, patience });
    const home = new URL(new URL(settings.baseUrl).origin);
    let last = home;
    return {
      connection,
      broker,
      async wayTo(origin) {
        if (origin.origin !== last.origin) await prepare?.(origin);
        last = origin;
        return agents.wayTo(origin);
      },
      async reachable(signal) {
        const storage = last;
        if (!(await answers(home, agents, signal))) return false;
        if (storage.origin === home.origin || (await answers(storage, agents, signal))) return true;
        last = home; // the backend may name another storage next time: it is asked, not waited for forever
        return false;
      },
      close: () => undefined,
    };
  }

  return {
    async open(connection) {
      await prepare?.(new URL(connection.config.settings.baseUrl));
      const settings = JSON.stringify(connection.config.settings);
      const before = known.get(connection.id);
      if (before?.settings === settings) return before.opened;
      const opened = make(connection);
      known.set(connection.id, { settings, opened });
      return opened;
    },
    forget(connectionId) {
      known.get(connectionId)?.opened.broker.signIn.end();
      known.delete(connectionId);
    },
    onSignIn: (next) => void (listener = next),
  };
}
