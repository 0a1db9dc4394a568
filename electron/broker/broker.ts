/**
 * A backend that hands out places for files, or takes them itself: the four kinds behind one interface. It keeps nothing but
 * the sign-in. What it gives is plain data: the engine journals it before what depends on it, so that every call can be made
 * again after a crash:
 *
 *   place        another place; the one that was given before stays empty (U: tell `failed`)
 *   the sending  the same place again while it lasts, else another (P: look for `alike` records first)
 *   complete, failed, remove, sessions.complete    again, with the same data
 */
import { openAddress } from './address.ts';
import { createApi, type CallEnd, type Content } from './api.ts';
import { fitness } from './fitness.ts';
import { idance } from './idance.ts';
import type { Kind } from './kind.ts';
import { createOwnKeys } from './own-keys.ts';
import type { Place } from './place.ts';
import { plugs } from './plugs.ts';
import { arrivalOf, requestFor, type Arrived, type FileRequest } from './sending.ts';
import type { BrokerSettings } from '../../shared/broker-settings.ts';
import type { SignIn } from './sign-in.ts';
import { uploadModule } from './upload-module.ts';
import type { Agents } from '../storage/agents.ts';
import type { S3Answer } from '../storage/s3-errors.ts';

export interface Broker extends Kind {
  /** of the backend, for words */
  host: string;
  signIn: SignIn;
  /** The request that carries a file to its place; made anew for each sending, for it may hold the sign-in. */
  request(place: Place, signal: AbortSignal): Promise<FileRequest>;
  /**
   * What the answer to that request means. Throws `place-expired` where another place is to be asked for and the file sent
   * again, `place-refused`, `sign-in-needed`, and the kinds of a storage or a backend.
   */
  arrived(place: Place, answer: S3Answer, sent: FileRequest, signal: AbortSignal): Promise<Arrived>;
  /** What a link or a public address leads to; the sign-in is not sent. Throws what `openAddress` throws. */
  openAddress(url: string, range: string | null, signal: AbortSignal): Promise<Content>;
}

export interface BrokerDeps {
  agents: Agents;
  signIn: SignIn;
  /** A connection on which nothing moves for so long is given up. ms */
  patience?: number;
  /** told of every call, for counting */
  onCall?: (end: CallEnd) => void;
}

const usualPatience = 30_000;

export function openBroker(settings: BrokerSettings, deps: BrokerDeps): Broker {
  const { signIn, agents, patience = usualPatience, onCall = () => undefined } = deps;
  const api = createApi(settings, { agents, signIn, patience, onCall });
  const kind = kindOf();

  function kindOf(): Kind {
    switch (settings.kind) {
      case 'fitness':
        return fitness(settings, api);
      case 'idance':
        return idance(settings, api, createOwnKeys(signIn.user));
      case 'upload-module':
        return uploadModule(settings, api);
      case 'plugs':
        return plugs(settings, api);
    }
  }

  return {
    ...kind,
    host: api.host,
    signIn,
    request: (place, signal) => requestFor(place, api, signal),
    arrived: (place, answer, sent, signal) => arrivalOf(place, answer, sent, { api, kind, now: Date.now(), signal }),
    openAddress: (url, range, signal) => openAddress(url, range, { agents, patience, signal }),
  };
}
