/** Which changes to a bucket and its settings are not offered, and why. Pure. */
import { settingOf, type MendName, type SettingRead } from '../../../shared/bucket-check.ts';
import type { ConnectionRights } from '../../../shared/browse.ts';
import type { OrphanCounts } from '../../../shared/orphans.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { refusalOf } from '../../stores/refusal.ts';

/** What is denied for its setting, or could not be read of it: nobody changes what he cannot see. Null: it may be tried. */
export function refusalOfMend(
  mend: MendName,
  rights: ConnectionRights | null,
  reads: readonly SettingRead[],
): string | null {
  const setting = settingOf[mend];
  const denied = refusalOf(rights, 'write-settings', '', setting);
  if (denied !== null) return denied;
  const read = reads.find(({ name }) => name === setting);
  return read === undefined || read.outcome === 'read' ? null : read.message;
}

/** Where only backends have records of what is gone: nothing is changed then. Among others the question says which of them stay. */
export function refusalToForget(
  { count, foreign }: Pick<OrphanCounts['missing'], 'count' | 'foreign'>,
  rights: ConnectionRights | null,
): string | null {
  return rights?.readOnly === true && count > 0 && foreign === count ? browse.rights.readOnly : null;
}
