/** Answers the calls about a bucket's settings. */
import type { BucketChecks } from '../app/bucket-checks.ts';
import { writePieces } from '../engine/export/write-export.ts';
import type { AppDeps } from './app.ts';
import type { Handlers } from './handlers.ts';

type Calls = Extract<keyof Handlers, `bucketCheck.${string}`>;

export interface BucketCheckHandlersDeps {
  checks: BucketChecks;
  askWhere: AppDeps['askWhere'];
}

export function bucketCheckHandlers({ checks, askWhere }: BucketCheckHandlersDeps): Pick<Handlers, Calls> {
  return {
    'bucketCheck.run': ({ connectionId }) => checks.run(connectionId),
    'bucketCheck.preview': ({ connectionId, mend }) => checks.preview(connectionId, mend),
    'bucketCheck.apply': ({ previewId }) => checks.apply(previewId),
    'bucketCheck.changes': ({ connectionId }) => checks.changes(connectionId),
    'bucketCheck.previewBack': ({ connectionId, changeId }) => checks.previewBack(connectionId, changeId),
    'bucketCheck.policy': ({ destinationId, role, principal }) => ({
      text: checks.policy(destinationId, role, principal),
    }),
    async 'bucketCheck.savePolicy'({ destinationId, role, principal }) {
      const text = checks.policy(destinationId, role, principal);
      const file = await askWhere(`policy-${role}.json`);
      if (file === null) return null;
      await writePieces(file, [`${text}\n`]);
      return file;
    },
  };
}
