/** Which changes to a bucket's settings are not offered, and why. Pure. */
import { settingOf, type MendName, type SettingRead } from '../../../shared/bucket-check.ts';
import type { ConnectionRights } from '../../../shared/browse.ts';
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
