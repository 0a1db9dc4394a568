/** Typed-in credentials as the window keeps them: encrypted by the system, in one file of the data folder. */
import { readFile, rename } from 'node:fs/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { credentialsSchema } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { SecretStore } from './secrets.ts';
import { asideName, createTurns, writeWhole } from './whole-file.ts';

/** Electron's safeStorage, or what stands in for it. Both throw where the system's keychain cannot be used. */
export interface Cipher {
  encrypt(text: string): Buffer;
  decrypt(bytes: Buffer): string;
}

const fileSchema = z.record(z.string(), credentialsSchema);
type Secrets = z.infer<typeof fileSchema>;

export interface SafeSecretsOptions {
  /** secrets.bin of the data folder */
  file: string;
  cipher: Cipher;
  log: Pick<Logger, 'warn'>;
  now?: () => Date;
}

/**
 * `get` and `names` throw `credentials-missing` where the file cannot be decrypted (another user's keychain, a reinstalled
 * system); it then stays as it is, for the keychain may only be locked, and the next `set` puts it aside instead of writing
 * over it.
 * All throw `invalid-input` where the file cannot be read or written.
 */
export function safeSecretStore(options: SafeSecretsOptions): SecretStore {
  const { file } = options;
  const inTurn = createTurns();
  async function readable(): Promise<Secrets> {
    const secrets = decrypted(options, await bytesOf(file));
    if (secrets !== null) return secrets;
    throw new SidelineError('credentials-missing', { subject: refusals.secretsUnreadable(file) });
  }
  return {
    get: (name) => inTurn(async () => (await readable())[name] ?? null),
    names: () => inTurn(async () => Object.keys(await readable())),
    set: (name, credentials) =>
      inTurn(async () => {
        const secrets = decrypted(options, await bytesOf(file));
        const bytes = encrypted(options, { ...secrets, [name]: credentials });
        if (secrets === null) await setAside(options);
        await write(file, bytes);
      }),
    delete: (name) =>
      inTurn(async () => {
        const secrets = decrypted(options, await bytesOf(file));
        // What cannot be decrypted holds nothing that anybody could use, and is not ours to throw away.
        if (secrets === null || !Object.hasOwn(secrets, name)) return;
        Reflect.deleteProperty(secrets, name);
        await write(file, encrypted(options, secrets));
      }),
  };
}

/**
 * Two stores as one: the first wins, and all that is new goes there. A key that is replaced or deleted leaves the second too:
 * an old key in clear must not outlive the new one.
 */
export function layeredSecrets(first: SecretStore, second: SecretStore): SecretStore {
  return {
    async get(name) {
      try {
        return (await first.get(name)) ?? (await second.get(name));
      } catch (error) {
        if (!(error instanceof SidelineError) || error.kind !== 'credentials-missing') throw error;
        const other = await second.get(name);
        if (other === null) throw error;
        return other;
      }
    },
    async set(name, credentials) {
      await first.set(name, credentials);
      await forget(second, name);
    },
    async delete(name) {
      await first.delete(name);
      await forget(second, name);
    },
    async names() {
      return [...new Set([...(await first.names()), ...(await second.names())])];
    },
  };
}

/** Without a write where there is nothing to forget. */
async function forget(store: SecretStore, name: string): Promise<void> {
  if ((await store.get(name)) !== null) await store.delete(name);
}

async function bytesOf(file: string): Promise<Buffer | null> {
  return await readFile(file).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new SidelineError('invalid-input', { subject: refusals.secretsFile(file), cause });
  });
}

/** null: these bytes are no keys that this system can read. */
function decrypted({ cipher, log, file }: SafeSecretsOptions, bytes: Buffer | null): Secrets | null {
  if (bytes === null) return {};
  try {
    return fileSchema.parse(JSON.parse(cipher.decrypt(bytes)));
  } catch {
    log.warn({ file }, 'the stored keys cannot be decrypted'); // without the cause: it may quote a secret
    return null;
  }
}

function encrypted({ cipher }: SafeSecretsOptions, secrets: Secrets): Buffer {
  try {
    return cipher.encrypt(JSON.stringify(secrets));
  } catch (cause) {
    throw new SidelineError('invalid-input', { subject: refusals.secretsNotEncrypted, cause });
  }
}

async function setAside({ file, log, now = () => new Date() }: SafeSecretsOptions): Promise<void> {
  const aside = asideName(file, now());
  try {
    await rename(file, aside);
  } catch (cause) {
    throw new SidelineError('invalid-input', { subject: refusals.secretsNotWritten(file), cause });
  }
  log.warn({ file, aside }, 'stored keys that cannot be decrypted were set aside');
}

async function write(file: string, bytes: Buffer): Promise<void> {
  try {
    await writeWhole(file, bytes);
  } catch (cause) {
    throw new SidelineError('invalid-input', { subject: refusals.secretsNotWritten(file), cause });
  }
}
