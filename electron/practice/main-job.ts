/** What `npm start` runs: the main job on the practice bucket, in the terminal. Ends with 0 only when all objects are equal. */
import path from 'node:path';
import { asSidelineError } from '../../shared/errors.ts';
import { dataFolder } from '../data-folder.ts';
import { createNarrator } from './narrator.ts';
import { practise } from './practise.ts';

const folder = path.join(dataFolder(undefined, process.env), 'practice');
const narrator = createNarrator();
narrator.begin('There is no display here, so this is the main job in the terminal.');
try {
  const good = await practise({ folder, narrator, output: 'inherit' });
  process.exitCode = good ? 0 : 1;
} catch (error) {
  const known = asSidelineError(error);
  process.stderr.write(`${known.kind === 'internal' && error instanceof Error ? error.message : known.message}\n`);
  process.exitCode = 1;
}
