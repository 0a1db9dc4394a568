/** With what words the main process refuses what was asked of connections, keys, settings and folders. */
import { formatCount } from '../format.ts';

/** The first few of many by name. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, names.length > 4 ? 3 : 4).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  const all = rest === 0 ? shown : [...shown, `${rest} more`];
  return all.length === 1 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

export const refusals = {
  nameTaken: (name: string) => `Name: there is a connection "${name}" already. Choose another name.`,
  noDestination: 'This destination is no longer there.',
  connectionGone: 'This connection is no longer there.',
  otherBucket: 'This connection leads to another bucket by now: choose anew what is to be done.',
  onlyS3: (name: string) =>
    `This is only for connections to a bucket: over "${name}" a backend stands before the storage.`,
  onlyBroker: (name: string) => `This is only for backends: "${name}" is a bucket.`,
  practiceFixed:
    'The practice bucket and its backend look after their own connections: there is nothing to edit in them.',
  backendKindFixed: 'A backend stays of the kind that it was added as: add another connection.',
  tokenOnly: 'This backend is signed in to with a token: paste one, or change how to sign in in the connection.',
  /** As what stands in brackets behind "The backend does not accept this sign-in". */
  tokenNotTaken: 'it does not take this token',
  secretNeeded: 'Secret access key: none is stored for this connection yet. Enter the access key ID and the secret.',
  connectionInUse: (name: string, files: number) =>
    `${formatCount(files, 'file', 'files')} on the way to "${name}" ${files === 1 ? 'is' : 'are'} not finished: let them finish, or cancel them first.`,
  connectionHasDestinations: (name: string, destinations: readonly string[]) =>
    `${listed(destinations)} ${destinations.length === 1 ? 'goes' : 'go'} to "${name}": give ${destinations.length === 1 ? 'that destination' : 'those destinations'} another connection, or remove ${destinations.length === 1 ? 'it' : 'them'} first.`,
  connectionScanning: (name: string) =>
    `The folders of an upload to "${name}" are still being read: let it finish, or cancel it first.`,
  /** As what stands in brackets behind "No credentials were found". */
  secretsUnreadable: (file: string) => `the keys stored in ${file} cannot be decrypted by this user on this computer`,
  secretsFile: (file: string) => `The stored keys in ${file} cannot be read.`,
  secretsNotEncrypted:
    'The key was not stored: the keychain of this computer cannot be used just now. Unlock it, then save again.',
  secretsNotWritten: (file: string) =>
    `The keys could not be stored in ${file}: is the disk full, or the folder read-only?`,
  settingsNotWritten: (file: string) =>
    `The settings could not be stored in ${file}: is the disk full, or the folder read-only?`,
  proxyNotAsking: 'This proxy does not ask for a name and password now.',
  noPracticeFolder: 'The practice bucket is not running, so it has no folder to open.',
  folderNotOpened: (folder: string, why: string) => `The folder ${folder} could not be opened: ${why}`,
  diagnosticsNotWritten: (file: string) =>
    `The diagnostics could not be written to ${file}: is the disk full, or the folder read-only?`,
  noAddress: 'It has no address: ask the backend for a link.',
  placeLost: 'The journal no longer knows what the backend calls it.',
  deletedSince: 'It was deleted since it was sent.',
  notSent: 'There is no receipt of this file: it was not sent.',
  noTask: 'This task is no longer there, or nothing of it can be tried again.',
  noBatch: (id: number) => `There is no upload number ${id} of which something was sent.`,
  exportNotWritten: (file: string) =>
    `The export could not be written to ${file}: is the disk full, or the folder read-only?`,
} as const;
