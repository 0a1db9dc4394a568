import { beforeEach, describe, inject } from 'vitest';
import { missingForWindow } from '../runtime/ready.ts';
import { whatIsShown } from './shown.ts';

const missing = await missingForWindow(console.log);
if (missing !== null) console.log(`Skipped: tests of the window. ${missing}`);

beforeEach(({ task, onTestFailed }) => {
  onTestFailed(async () => {
    const shown = await whatIsShown(task.name);
    // Into the error, which is printed once more at the end of a run: of a long one little else is kept.
    const error = task.result?.errors?.[0];
    if (error === undefined) console.log(shown);
    else error.message += `\n${shown}`;
  });
});

/** As vitest's `describe`; skipped, with a line that says why, on machines that cannot show a window. */
export const describeWindow = describe.skipIf(missing !== null);

/** The same, for what needs a real S3 too. */
export const describeWindowOnCeph = describe.skipIf(missing !== null || inject('ceph') === null);
