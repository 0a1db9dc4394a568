/**
 * `sideline upload --to`, as it is: node client-overlap.ts FOLDER DATA_FOLDER ENDPOINT BUCKET RATE prepared|as-it-is. RATE in
 * bytes per second. Each run has keys of its own, below the name of its data folder. Credentials are those of the environment.
 */
import path from 'node:path';
import { batchDetailsSchema, destinationRulesSchema } from '../../shared/destination.ts';
import { openJournal } from '../../electron/journal/open.ts';
import { upload } from '../../electron/terminal/upload.ts';

const [folder = '', dataDir = '', endpoint = '', bucket = '', rate = '', how = ''] = process.argv.slice(2);
const name = 'Photos';
const image = how === 'prepared' ? { width: 2048, height: 2048, quality: 82, optimise: false } : null;

const journal = openJournal({ folder: dataDir });
const { id } = journal.addConnection('bench', {
  ...{ endpoint, region: 'us-east-1', bucket, pathStyle: true },
  credentials: { from: 'chain', profile: null },
});
journal.addDestination(id, destinationRulesSchema.parse({ name, image, prefix: path.basename(dataDir) }));
journal.close();

const common = { dataDir, json: false, limitRate: Number(rate), concurrency: null, wait: 10_000 };
const options = { ...common, prefix: '', to: [name], fields: {}, details: batchDetailsSchema.parse({}) };
const started = performance.now();
process.exitCode = await upload([folder], options, process.env);
console.log(`work ${((performance.now() - started) / 1000).toFixed(3)}`);
