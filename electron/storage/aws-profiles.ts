/** The profiles that the AWS command line and SDKs know on this computer. */
import type { ParsedIniData } from '@smithy/types';

export interface AwsProfile {
  name: string;
  region: string | null;
  /** It signs in through a browser: what it gives expires, and must be renewed by a person. */
  sso: boolean;
}

/**
 * Of ~/.aws/config and ~/.aws/credentials, or where AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE of the process say; read
 * anew each time. `default` comes first. Files that are missing or cannot be read hold no profile, as for the SDK itself.
 */
export async function awsProfiles(): Promise<AwsProfile[]> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const merged: ParsedIniData = {};
  for (const [name, values] of [...Object.entries(configFile), ...Object.entries(credentialsFile)]) {
    if (!isOtherSection.test(name)) merged[name] = { ...merged[name], ...values };
  }
  return Object.keys(merged)
    .toSorted((a, b) => Number(b === 'default') - Number(a === 'default') || a.localeCompare(b))
    .map((name) => ({ name, region: merged[name]?.region ?? null, sso: signsInBySso(merged, name) }));
}

/** The parser gives sections of other kinds too, by kind and name; in the credentials file a prefix is an error. */
const isOtherSection = /^(?:sso-session|services|profile)\./;

/** A role is signed in to as its source profile is. */
function signsInBySso(profiles: ParsedIniData, name: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && !seen.has(at); at = profiles[at]?.source_profile) {
    seen.add(at);
    const values = profiles[at];
    if (values?.sso_session !== undefined || values?.sso_start_url !== undefined) return true;
  }
  return false;
}
