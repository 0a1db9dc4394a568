/** What tells the app to practise: with its bucket, and with the reference backend, which is no part of the app. */
import path from 'node:path';

const backend = path.join(import.meta.dirname, '..', 'test', 'servers', 'broker', 'command.ts');

/** For the environment of an app that is started from the sources. The backend runs on the Node that runs this. */
export const practiceEnv = {
  SIDELINE_PRACTICE: '1',
  SIDELINE_PRACTICE_BACKEND: JSON.stringify([process.execPath, backend]),
};
