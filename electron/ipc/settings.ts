/** Answers the calls about settings, and about the proxies that ask for a name and password. */
import type { Settings } from '../../shared/settings.ts';
import { plainSetting } from '../app/proxies.ts';
import type { ProxyLogins } from '../app/proxy-login.ts';
import type { SettingsFile } from '../app/settings-file.ts';
import type { Handlers } from './handlers.ts';

export interface SettingsDeps {
  settings: Pick<SettingsFile, 'get' | 'set'>;
  logins: Pick<ProxyLogins, 'answer' | 'ask' | 'decline' | 'forget' | 'keep' | 'load' | 'states'>;
}

type Calls = Extract<keyof Handlers, `settings.${string}` | `proxies.${string}`>;

/** They throw what `SettingsFile.set` and the secret store throw. */
export function settingsHandlers({ settings, logins }: SettingsDeps): Pick<Handlers, Calls> {
  return {
    'settings.get': () => withoutLogin(settings.get()),
    async 'settings.set'(wanted) {
      const { proxy, found } = plainSetting(wanted.proxy);
      if (found !== null) await logins.keep(found.proxy, found.login);
      return withoutLogin(await settings.set({ ...wanted, proxy }));
    },
    async 'proxies.list'() {
      await logins.load();
      return logins.states();
    },
    async 'proxies.answer'({ proxy, login }) {
      if (login === null) logins.decline(proxy);
      else await logins.answer(proxy, { username: login.username, password: login.password }, login.remember);
      return null;
    },
    'proxies.ask'({ proxy }) {
      logins.ask(proxy);
      return null;
    },
    async 'proxies.forget'({ proxy }) {
      await logins.forget(proxy);
      return null;
    },
  };
}

/** As the window may see them. */
export function withoutLogin(settings: Settings): Settings {
  return { ...settings, proxy: plainSetting(settings.proxy).proxy };
}
