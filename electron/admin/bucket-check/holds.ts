/** Whether a setting has the effect of a mend, whatever the store made of its form. */
import type { Mend } from '../../../shared/bucket-check.ts';
import { onlyOpens, statementsOf } from './access-policy.ts';
import { isOpen, writes } from './cors-rules.ts';
import {
  corsOf,
  encryptionOf,
  lifecycleOf,
  publicAccessOf,
  rootOf,
  versioningOf,
  type LifecycleRule,
} from './facts.ts';
import { partsOf } from './mends.ts';
import type { SettingValue } from './settings.ts';

/** `bucket`: its name */
export function holds(mend: Mend, now: SettingValue, bucket: string): boolean {
  const root = rootOf(now);
  const rules = () => lifecycleOf(root).filter(({ enabled, narrowed }) => enabled && !narrowed);
  switch (mend.mend) {
    case 'cors':
      return hasCors(mend, now);
    case 'abort-uploads':
      return rules().some((rule) => rule.prefix === '' && rule.abortAfter === mend.days);
    case 'expire':
      return rules().some((rule) => isOn(rule, mend.prefix) && rule.expireAfter === mend.days);
    case 'archive':
      return rules().some((rule) => isOn(rule, mend.prefix) && moves(rule, mend));
    case 'encryption': {
      const set = encryptionOf(root);
      return set?.by === mend.by && (mend.keyId === null || set.keyId === mend.keyId);
    }
    case 'versioning':
      return versioningOf(root) === 'on';
    case 'public-read':
      return opens(mend, now, bucket);
    case 'allow-public': {
      const { blockAcls, ignoreAcls, blockPolicy, restrictBuckets } = publicAccessOf(root);
      return mend.by === 'acl' ? !blockAcls && !ignoreAcls : !blockPolicy && !restrictBuckets;
    }
  }
}

const isOn = ({ prefix }: LifecycleRule, wanted: string) => prefix === wanted;

function moves({ transitions }: LifecycleRule, { days, storageClass }: Extract<Mend, { mend: 'archive' }>): boolean {
  return transitions.some((one) => one.days === days && one.storageClass === storageClass);
}

function hasCors({ origins, upload, instead }: Extract<Mend, { mend: 'cors' }>, now: SettingValue): boolean {
  const wanted = upload ? ['GET', 'HEAD', 'PUT', 'POST'] : ['GET', 'HEAD'];
  const rules = corsOf(rootOf(now));
  if (instead === true && rules.some((rule) => isOpen(rule) && writes(rule))) return false;
  return rules.some(
    (rule) =>
      origins.every((origin) => rule.origins.includes(origin)) &&
      wanted.every((method) => rule.methods.includes(method)),
  );
}

/** Some statement opens just this to everybody; with `instead` none does nothing but open something else, too. */
function opens(
  { prefix, instead }: Extract<Mend, { mend: 'public-read' }>,
  now: SettingValue,
  bucket: string,
): boolean {
  const wanted = `${prefix}*`;
  const opensMore = (one: unknown) =>
    onlyOpens(one, bucket) &&
    statementsOf({ Statement: one }, bucket).some(({ keys }) => keys.some((key) => key !== wanted));
  if (instead === true && partsOf(now).some(opensMore)) return false;
  return statementsOf(now?.format === 'json' ? now.value : null, bucket).some(
    ({ allow, to, conditional, reads, keys }) =>
      allow && to === 'everyone' && !conditional && reads && keys.includes(wanted),
  );
}
