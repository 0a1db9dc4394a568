/** Whether anybody is there at all. */
import type { IncomingHttpHeaders } from 'node:http';
import { SidelineError } from '../../shared/errors.ts';
import type { Agents } from './agents.ts';
import { challengeError } from './proxy-challenge.ts';
import { rawRequest } from './raw-request.ts';
import { isPortal } from './s3-errors.ts';

/** ms */
const patience = 5000;

interface Asked {
  origin: URL;
  /** percent-encoded, with its query; / where nothing is said */
  path?: string;
}

/**
 * Any answer will do, a refusal too: it shows that the way is open. Not asked by HEAD, which Ceph answers for `/` with a body
 * of no chunks: the next request on that socket would take it for its own answer. Throws `proxy-login` where a proxy wants to
 * know who asks, and the signal's reason.
 */
export async function answers(origin: URL, agents: Agents, signal: AbortSignal): Promise<boolean> {
  return await isAnswered({ origin }, agents, signal, () => true);
}

/** The same for a store: the login page of the network that it is behind is no answer of it. `bucket`: its address */
export async function storeAnswers(bucket: Required<Asked>, agents: Agents, signal: AbortSignal): Promise<boolean> {
  const path = `${bucket.path}?max-keys=1`; // where anybody may list it
  const isStore = (status: number, headers: IncomingHttpHeaders) => !isPortal(status, headers);
  return await isAnswered({ origin: bucket.origin, path }, agents, signal, isStore);
}

async function isAnswered(
  { origin, path = '/' }: Asked,
  agents: Agents,
  signal: AbortSignal,
  isIts: (status: number, headers: IncomingHttpHeaders) => boolean,
): Promise<boolean> {
  try {
    const { status, headers } = await rawRequest(
      { origin, path, headers: {} },
      { method: 'GET', agents, signal, timeout: patience },
    );
    if (status === 407) throw challengeError(headers['proxy-authenticate']);
    return isIts(status, headers);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SidelineError && error.kind === 'proxy-login') throw error;
    return false; // whatever it was, the next request that fails tells it in detail
  }
}
