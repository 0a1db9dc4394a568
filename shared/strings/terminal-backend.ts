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
  counts: (files: string, bytes: string, failed: string) => `${files} sent (${bytes}), ${failed} failed`,
} as const;
