/** Where typed-in credentials are kept: behind one small interface, for the terminal a file that only its owner can read. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { credentialsSchema, type Credentials } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { createTurns, writeWhole } from './whole-file.ts';
import { systemCode } from '../system-code.ts';

export interface SecretStore {
  get(name: string): Promise<Credentials | null>;
  set(name: string, credentials: Credentials): Promise<void>;
  delete(name: string): Promise<void>;
  /** of all that are kept */
  names(): Promise<string[]>;
}

const fileSchema = z.record(z.string(), credentialsSchema);
type Secrets = z.infer<typeof fileSchema>;

/** The name under which a connection's credentials are kept. */
export function secretName(connectionId: number): string {
  return `connection:${connectionId}`;
}

const ofProxy = 'proxy:';

/** The name under which a proxy's user name (as the key's id) and password (as its secret) are kept, by its origin. */
export function proxySecretName(proxy: string): string {
  return `${ofProxy}${proxy}`;
}

/** The origin of the proxy whose secret has this name; null: it is another's. */
export function proxyOfSecret(name: string): string | null {
  return name.startsWith(ofProxy) ? name.slice(ofProxy.length) : null;
}

/**
 * Throws `invalid-input` when others can read the file, when it cannot be written, or when it is damaged: it is never written
 * over then.
 */
export function fileSecretStore(file: string): SecretStore {
  const inTurn = createTurns(); // a change reads the whole file and writes it again, and must not lose another's

  function change(edit: (secrets: Secrets) => void): Promise<void> {
    return inTurn(async () => {
      const secrets = await read(file);
      edit(secrets);
      await write(file, secrets);
    });
  }

  return {
    get: (name) => inTurn(async () => (await read(file))[name] ?? null),
    names: () => inTurn(async () => Object.keys(await read(file))),
    set: (name, credentials) =>
      change((secrets) => {
        secrets[name] = credentials;
      }),
    delete: (name) =>
      change((secrets) => {
        Reflect.deleteProperty(secrets, name);
      }),
  };
}

async function read(file: string): Promise<Secrets> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw new SidelineError('invalid-input', { subject: `The stored keys in ${file} cannot be read.`, cause: error });
  });
  if (text === null) return {};
  await refuseOpenToOthers(file);
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    // The cause is not passed on: it may quote a secret.
    throw new SidelineError('invalid-input', {
      subject: `The stored keys in ${file} are damaged: remove the file and enter them again.`,
    });
  }
}

async function refuseOpenToOthers(file: string): Promise<void> {
  if (process.platform === 'win32') return; // the folder's access list decides there
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return;
  throw new SidelineError('invalid-input', {
    subject: `Others can read the stored keys in ${file}: run chmod 600 on it, and consider those keys known.`,
  });
}

async function write(file: string, secrets: Secrets): Promise<void> {
  try {
    await writeWhole(file, JSON.stringify(secrets));
  } catch (cause) {
    throw new SidelineError('invalid-input', {
      subject: `The keys could not be stored in ${file}: is the disk full, or the folder read-only?`,
      cause,
    });
  }
}
