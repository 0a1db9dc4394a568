declare module 'proxy-from-env' {
  /** The proxy's URL by the process's environment; '' where there is none for this one. */
  export function getProxyForUrl(url: string): string;
}
