/** What the last test of a connection has found, until that is saved: then it need not be asked again. */
import { createHash } from 'node:crypto';
import type { Capabilities } from '../../shared/domain.ts';
import type { ConnectionTest, ParsedInput } from '../../shared/ipc.ts';

type Draft = ParsedInput<'connections.test'>;

export interface Tested {
  /** A test begins. Returns what takes its answer; false: something was saved meanwhile, so that it may be of another key. */
  begin(draft: Draft): (answer: ConnectionTest) => boolean;
  /** Of a test with this very configuration and key; null: there was none, or it failed. */
  find(draft: Draft): Capabilities | null;
  /** A connection was saved: what was found of the key that it had before no longer counts. */
  forget(): void;
}

export function createTested(): Tested {
  let last: { of: string; capabilities: Capabilities } | null = null;
  let saves = 0;
  return {
    begin(draft) {
      const before = saves;
      return (answer) => {
        if (saves !== before) return false;
        last = answer.ok ? { of: fingerprint(draft), capabilities: answer.capabilities } : null;
        return true;
      };
    },
    find: (draft) => (last?.of === fingerprint(draft) ? last.capabilities : null),
    forget() {
      last = null;
      saves += 1;
    },
  };
}

/** Keeps no secret. A name is nothing that a test looks at; without a typed key it is the stored one of that connection. */
function fingerprint({ id, config, secret }: Draft): string {
  const { endpoint, region, bucket, pathStyle, credentials } = config;
  const key = credentials.from === 'chain' ? credentials.profile : (secret ?? id);
  const parts = JSON.stringify([endpoint, region, bucket, pathStyle, credentials.from, key]);
  return createHash('sha256').update(parts).digest('hex');
}
