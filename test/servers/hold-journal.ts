/** A process that holds a journal until it is killed: node hold-journal.ts FOLDER */
import { openJournal } from '../../electron/journal/open.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('which folder?');
const journal = openJournal({ folder });
process.stdout.write('held\n');
setInterval(() => journal.batches(), 1000);
