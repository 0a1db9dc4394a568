/** What the Connections view and its dialogs say. What went wrong is said by shared/errors.ts. */
import type { IntegrityMode } from '../domain.ts';
import type { Jurisdiction, PlaceField, PlaceProblem } from '../providers.ts';

const integrity: Record<IntegrityMode, string> = {
  crc32: 'Every upload is proved by its checksum (CRC32)',
  'content-md5': 'What arrives damaged is refused by its MD5',
  'etag-md5': 'Every upload is proved by its MD5',
  none: 'The store cannot prove what arrived: only sizes are compared',
};

const outcomes: Record<string, string> = {
  'no-network': 'No network',
  'wrong-host': 'No storage answers there',
  tls: 'The certificate is not trusted',
  proxy: 'The proxy is in the way',
  'wrong-key': 'The access key is not known',
  'wrong-secret': 'The secret is wrong',
  credentials: 'No valid credentials',
  denied: 'The key may not do this',
  'no-such-bucket': 'The bucket does not exist',
  'wrong-region': 'The bucket is in another region',
  'clock-wrong': 'This computer’s clock is wrong',
};

const jurisdictions: Record<Jurisdiction, string> = {
  default: 'None (the usual)',
  eu: 'European Union',
  us: 'United States',
  fedramp: 'FedRAMP',
};

const fields: Record<PlaceField, string> = {
  address: 'Server address',
  account: 'Account ID',
  jurisdiction: 'Jurisdiction',
  region: 'Region',
  pathStyle: 'Put the bucket into the path',
};

const problems: Record<PlaceProblem, string> = {
  missing: 'This is needed.',
  address: 'Write an address like s3.example.org or https://s3.example.org:9000.',
  'address-path': 'Leave out what follows the host: the bucket has a field of its own.',
  account: 'An account ID has 32 digits and letters from a to f.',
  region: 'A region is a word like eu-central-1.',
};

export const connections = {
  title: 'Connections',
  add: 'Add connection',
  loading: 'Reading the connections',
  retry: 'Try again',
  empty: {
    title: 'No connection yet',
    text: 'A connection says in which bucket your footage ends up. Add your own storage, or try Sideline with a practice bucket on this computer: it costs nothing and sends nothing away.',
    practice: 'Try it with a practice bucket',
  },
  list: {
    label: 'Connections',
    practice: 'Practice',
    edit: (name: string) => `Edit ${name}`,
    remove: (name: string) => `Delete ${name}`,
    test: (name: string) => `Test ${name}`,
    untested: 'Not tested yet: the first upload or a test will tell what the store can prove',
    onThisComputer: 'on this computer',
    openPractice: 'Open the practice bucket’s folder',
  },
  integrity,
  provider: {
    title: 'Where is your storage?',
    text: 'You are then asked only for what it needs.',
    label: 'Storage provider',
    change: 'Change provider',
    hints: {
      aws: 'Amazon’s own, in any region',
      minio: 'A server of your own',
      ceph: 'A server of your own',
      r2: 'Needs your account ID',
      b2: 'Needs the bucket’s region',
      spaces: 'Needs the datacenter',
      wasabi: 'Needs the bucket’s region',
      other: 'Anything that speaks S3',
    },
  },
  form: {
    addTitle: (provider: string) => `Add ${provider}`,
    editTitle: (name: string) => `Edit ${name}`,
    fields,
    problems,
    jurisdictions,
    hints: {
      account: 'On the R2 page of the Cloudflare dashboard. You can paste the whole S3 endpoint.',
      jurisdiction: 'Only where the bucket was created with one.',
      regionAws: 'Where the bucket was created. The test finds it out if you are not sure.',
      regionPasted: (example: string) => `Choose it, or paste the bucket’s endpoint, like ${example}.`,
      regionOwn: 'us-east-1, unless the server was set up otherwise.',
      pathStyle: 'Most servers of one’s own need this: https://host/bucket instead of https://bucket.host.',
    },
    reachedAt: (endpoint: string) => `Sideline will talk to ${endpoint}`,
    plain:
      'This address is not encrypted (http): everyone in the same network could read your files on their way. Fine at home or on a wire; elsewhere use https.',
    example: (text: string) => `for example ${text}`,
    bucket: 'Bucket',
    bucketProblem: 'A bucket name has 3 to 63 letters, digits, dots and dashes.',
    name: 'Name of the connection',
    nameHint: 'How it is called in this app. Left empty, it is the bucket’s name.',
    nameProblem: 'A name has at most 100 characters.',
    from: 'Sign in with',
    fromKeys: 'An access key',
    fromProfile: 'A profile of this computer',
    accessKeyId: 'Access key ID',
    secretAccessKey: 'Secret access key',
    sessionToken: 'Session token',
    sessionTokenHint: 'Keys that begin with ASIA are temporary and come with a token.',
    kept: 'Kept; type to replace',
    keptHint: 'The saved key is never shown again. Leave both empty to keep it.',
    bothKeys: 'To replace the key, type both the ID and the secret.',
    noSpaces: 'A key has no spaces in it.',
    profile: 'Profile',
    profileAutomatic: 'Automatic',
    profileAutomaticHint: 'What the environment, the default profile or this machine’s role provides',
    sso: 'SSO',
    ssoHint: (profile: string) =>
      `This profile signs in through your browser. When it has expired, run: aws sso login --profile ${profile}`,
    profileGone: (profile: string) => `${profile} (no longer on this computer)`,
    obscuredTitle: 'Your secret cannot be locked away on this computer',
    obscured:
      'This Linux has no keyring (such as GNOME Keyring or KWallet), so the secret is only made hard to read on disk: a person or program with access to your account could get at it. Use a key that may only upload to this bucket, or a profile.',
    test: 'Test',
    testing: 'Testing the connection',
    testingHint: 'This takes up to 30 seconds.',
    cancel: 'Cancel',
    save: 'Save',
    works: 'The connection works',
    worksText: (latency: string, proof: string) => `The store answered in ${latency}. ${proof}.`,
    outcomes,
    outcomeOther: 'It did not work',
    createBucket: (bucket: string) => `Create the bucket ${bucket}`,
    creatingBucket: 'Creating the bucket',
    bucketCreated: (bucket: string) => `The bucket ${bucket} was created.`,
    useRegion: (region: string) => `Use the region ${region}`,
  },
  remove: {
    title: (name: string) => `Delete ${name}?`,
    text: 'Its saved key is deleted from this computer. What was uploaded stays where it is.',
    textPractice: 'The practice bucket’s files stay on this computer. You can add it again at any time.',
    confirm: 'Delete',
    cancel: 'Keep it',
  },
} as const;
