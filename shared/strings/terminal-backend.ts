/** What the terminal says of backends. */
export const terminalBackend = {
  nameTaken: (name: string) => `NAME: there is a connection "${name}" already: remove it first.`,
  added: (name: string) => `Connection "${name}" is stored. "sideline connection test ${name}" tries it.`,
  signedIn: (name: string) => `Signed in to "${name}". "sideline resume" goes on with what waited.`,
  works: (name: string, ms: number, user: string | null) =>
    `"${name}" works (${ms} ms)${user === null ? '' : `, signed in as ${user}`}.`,
  noUrl: '--url: the address of the backend is needed, such as https://app.example.org.',
  noBucket: '--bucket: the bucket is needed; for a backend give --broker and --url.',
  noSettings: (file: string) => `--settings: ${file} cannot be read, or is no JSON with settings.`,
  oneSignIn:
    'How to sign in? Give --sign-in with a user name, or --token-stdin and the token on standard input; one of the two.',
  password: 'Password',
  empty: 'It cannot be empty.',
  noPassword: 'The password is missing: set SIDELINE_BROKER_PASSWORD.',
  nothingStored: 'Nothing was stored.',
  eventNeeded: '--event: this backend lists the files of one event: say which.',
  moreListed: 'There are more than the backend lists at once: give a longer prefix.',
  notSent: (id: number) => `ID: nothing was sent as number ${id}; "sideline history" shows them.`,
  sayYes: '--yes: it is needed where nobody can be asked.',
  askDelete: (keys: readonly string[]) =>
    `The backend deletes ${keys.length === 1 ? (keys[0] ?? '') : `${keys.length} files`} with all that belongs to it. Go on?`,
  deleted: (key: string) => `deleted: ${key}`,
  removed: {
    deleted: (name: string) => `deleted: ${name}`,
    missing: (name: string) => `not there: ${name}`,
    failed: (name: string) => `failed: ${name}`,
  },
  noVersions: '--versions: backends show no versions.',
  onlyPlainLinks: '--upload, --form, --download and --version are for buckets: a backend makes its links itself.',
  noAddress: 'this backend tells no address that everybody may read',
  counts: (files: string, bytes: string, failed: string) => `${files} sent (${bytes}), ${failed} failed`,
} as const;
