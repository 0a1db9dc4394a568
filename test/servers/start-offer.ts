/** Run by a test as a process of its own, to be killed: starts an offer as the window would, and says so. */
import { calls } from '../../shared/ipc.ts';
import { openTestCore } from './app-core.ts';

const [dataFolder = '', root = '', input = ''] = process.argv.slice(2);
const core = openTestCore(dataFolder);
await core.start({ practice: false });
const { id: offerId } = core.offers.add([root]);
const parsed: unknown = JSON.parse(input);
await core.handlers['offers.start'](calls['offers.start'].input.parse({ ...Object(parsed), offerId }));
process.stdout.write('started\n');
