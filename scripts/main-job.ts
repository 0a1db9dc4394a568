/** What `npm start` runs without a display: the main job on the practice bucket. Ends with 0 only when all objects are equal. */
import path from 'node:path';
import { dataFolder } from '../electron/data-folder.ts';
import { createNarrator } from '../electron/practice/narrator.ts';
import { practise } from '../electron/practice/practise.ts';
import { asSidelineError } from '../shared/errors.ts';
import { uploadOverBackend } from './over-backend.ts';

const folder = path.join(dataFolder(undefined, process.env), 'practice');
const narrator = createNarrator();
narrator.begin('There is no display here, so this is the main job in the terminal.');
try {
  const good = await practise({
    ...{ folder, narrator, output: 'inherit' },
    more: (practice, event) =>
      uploadOverBackend({ practice, event, narrator, dataFolder: path.join(folder, 'backend') }),
  });
  process.exitCode = good ? 0 : 1;
} catch (error) {
  const known = asSidelineError(error);
  process.stderr.write(`${known.kind === 'internal' && error instanceof Error ? error.message : known.message}\n`);
  process.exitCode = 1;
}
