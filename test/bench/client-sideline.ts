/**
 * `sideline upload`, as it is: node client-sideline.ts PATH PREFIX DATA_FOLDER, the connection by the environment. The journal
 * is opened, the folder scanned and planned, everything uploaded and recorded, the journal closed.
 */
import { batchDetailsSchema } from '../../shared/destination.ts';
import { upload } from '../../electron/terminal/upload.ts';

const [what = '', prefix = '', dataDir = ''] = process.argv.slice(2);
const common = { dataDir, json: false, limitRate: null, concurrency: null, wait: 10_000 };
const options = { ...common, prefix, to: [], fields: {}, details: batchDetailsSchema.parse({}) };
const started = performance.now();
process.exitCode = await upload([what], options, process.env);
console.log(`work ${((performance.now() - started) / 1000).toFixed(3)}`);
