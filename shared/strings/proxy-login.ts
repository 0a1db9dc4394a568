/** What is said while a proxy asks for a name and password. */
export const proxyLogin = {
  title: 'The proxy asks for a name and password',
  text: (host: string) =>
    `The way to the storage leads through ${host}. What is being sent waits until you have answered.`,
  wrong: 'The proxy did not take this name and password. Check them, then try again.',
  username: 'User name',
  usernameMissing: 'Write the user name.',
  password: 'Password',
  passwordMissing: 'Write the password.',
  remember: 'Remember it on this computer',
  rememberObscured:
    'This computer has no keyring to protect it with: it can only be obscured, and others who use your account could read it.',
  cancelHint: 'If you cancel, everything keeps waiting until you sign in.',
  signIn: 'Sign in to the proxy',
  waits: (host: string) =>
    `The proxy asks for a name and password (${host}). What goes through it waits until you give them.`,
} as const;
