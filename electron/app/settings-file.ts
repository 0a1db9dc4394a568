/** settings.json of the data folder: read once at the start, replaced as a whole by every change. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { SidelineError } from '../../shared/errors.ts';
import { defaultSettings, settingsSchema, type Settings } from '../../shared/settings.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { asideName, createTurns, writeWhole } from '../storage/whole-file.ts';
import { systemCode } from '../system-code.ts';

export interface SettingsFile {
  get(): Settings;
  /** Resolves with what is stored now. Throws `invalid-input` where it cannot be written; then all stays as it was. */
  set(settings: Settings): Promise<Settings>;
  /** Called after every change that was stored. Returns what ends it. */
  onChange(listener: (settings: Settings) => void): () => void;
}

/**
 * Never throws: a file that is damaged is set aside and named in the log, and what can still be read of it is kept. The file
 * may hold a proxy's password, so only its owner can read it.
 */
export function createSettings(folder: string, log: Pick<Logger, 'warn'>): SettingsFile {
  const file = path.join(folder, 'settings.json');
  const inTurn = createTurns();
  const listeners = new Set<(settings: Settings) => void>();
  let current = load(file, log);
  return {
    get: () => current,
    set: (wanted) =>
      inTurn(async () => {
        const settings = settingsSchema.parse(wanted);
        await store(file, settings);
        current = settings;
        for (const listener of listeners) listener(settings);
        return settings;
      }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function store(file: string, settings: Settings): Promise<void> {
  try {
    await writeWhole(file, textOf(settings));
  } catch (cause) {
    throw new SidelineError('invalid-input', { subject: refusals.settingsNotWritten(file), cause });
  }
}

const textOf = (settings: Settings) => `${JSON.stringify(settings, null, 2)}\n`;

function load(file: string, log: Pick<Logger, 'warn'>): Settings {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(file, 'utf8'));
    const parsed = settingsSchema.safeParse(found);
    if (parsed.success) return parsed.data;
    throw parsed.error;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return defaultSettings;
    return rescue(file, found, error, log);
  }
}

/** What can be read of it goes into a new file at once: the old one is no longer looked at. */
function rescue(file: string, found: unknown, error: unknown, log: Pick<Logger, 'warn'>): Settings {
  const aside = asideName(file, new Date());
  const settings = readable(found);
  try {
    renameSync(file, aside);
    writeFileSync(file, textOf(settings), { mode: 0o600, flag: 'wx' });
    log.warn({ file, aside, error }, 'the settings were damaged and have been set aside');
  } catch (failure) {
    log.warn({ file, error, failure }, 'the settings are damaged and could not be set aside');
  }
  return settings;
}

/** Each field that is valid by itself; the others as at the first start. */
function readable(found: unknown): Settings {
  if (typeof found !== 'object' || found === null) return defaultSettings;
  const valid = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(Reflect.get(found, name));
    return parsed.success ? [[name, parsed.data] as const] : [];
  });
  return settingsSchema.parse(Object.fromEntries(valid));
}
