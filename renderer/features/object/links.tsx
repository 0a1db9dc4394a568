import { useLinks } from '../../stores/links.ts';

/** Opens the dialog with links: to an object, or with `key` null to upload into a folder. */
export function openLinks(connectionId: number, key: string | null, prefix: string): void {
  useLinks.setState({ wanted: { connectionId, key, prefix } });
}

export function closeLinks(): void {
  useLinks.setState({ wanted: null });
}
