/** Run by a test as a process of its own, to be killed: the app without its window, which practises and uploads a folder. */
import { isBroker } from '../../shared/connection-kind.ts';
import { calls } from '../../shared/ipc.ts';
import { practice } from '../../shared/strings/practice.ts';
import { practiceCommand } from './practice-command.ts';
import { openTestCore } from './app-core.ts';

const [dataFolder = '', root = ''] = process.argv.slice(2);
const core = openTestCore(dataFolder, { practiceBackend: practiceCommand() });
await core.start({ practice: true });
await core.handlers['settings.set']({ ...(await core.handlers['settings.get']({})), limitRate: 4_000_000 });
const connection = core.session.journal
  .connections()
  .filter(isBroker)
  .find(({ name }) => name === practice.backend);
process.stdout.write(`${JSON.stringify({ url: connection?.config.settings.baseUrl })}\n`);
const { id: offerId } = core.offers.add([root]);
const placement = { to: 'connection' as const, connectionId: connection?.id ?? 0, prefix: '' };
await core.handlers['offers.start'](calls['offers.start'].input.parse({ offerId, placement, details: {} }));
core.onProgress(({ totals }) => process.stdout.write(`${JSON.stringify({ done: totals.done.files })}\n`));
