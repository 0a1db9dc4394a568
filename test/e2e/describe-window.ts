import { beforeEach, describe, inject } from 'vitest';
import { missingForWindow } from '../runtime/ready.ts';
import { tellWhatIsShown } from './shown.ts';

const missing = await missingForWindow(console.log);
if (missing !== null) console.log(`Skipped: tests of the window. ${missing}`);

beforeEach(({ task, onTestFailed }) => {
  onTestFailed(() => tellWhatIsShown(task.name));
});

/** As vitest's `describe`; skipped, with a line that says why, on machines that cannot show a window. */
export const describeWindow = describe.skipIf(missing !== null);

/** The same, for what needs a real S3 too. */
export const describeWindowOnCeph = describe.skipIf(missing !== null || inject('ceph') === null);
