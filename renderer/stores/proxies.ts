import { create } from 'zustand';
import type { ProxyState } from '../../shared/ipc.ts';
import { attempt } from '../app/attempt.ts';
import { call, onEvent } from '../ipc.ts';

/** Proxies that ask for a name and password, and those that were told. */
export const useProxies = create<{ list: readonly ProxyState[] }>()(() => ({ list: [] }));

export function withQuestion(list: readonly ProxyState[], question: ProxyState['question']): ProxyState[] {
  return list.filter((proxy) => proxy.question === question);
}

/** As a person knows it: proxy.example.org:3128 */
export function hostOf(proxy: string): string {
  return new URL(proxy).host;
}

/** Where the person did not want to answer before. False: there is no such proxy. */
export function askProxiesAgain(): boolean {
  const declined = withQuestion(useProxies.getState().list, 'declined');
  for (const { proxy } of declined) void attempt(() => call('proxies.ask', { proxy }));
  return declined.length > 0;
}

/** Once, at the start of the window. */
export function followProxies(): void {
  onEvent('proxies', (list) => useProxies.setState({ list }));
  void attempt(async () => useProxies.setState({ list: await call('proxies.list', {}) }));
}
