/**
 * What a form may hold: its policy says so of every field and of the file's size.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
import { z } from 'zod';
import { refuse } from './s3-call.ts';

/** bytes, of the file */
export interface SizeRange {
  least: number;
  most: number;
}

/** [how, field, value], the field without its dollar, in lower case */
type Match = ['eq' | 'starts-with', string, string];

const size = z.coerce.number().int().nonnegative();
const sizeSchema = z.tuple([z.literal('content-length-range'), size, size]);
const matchSchema = z.union([
  z
    .tuple([z.enum(['eq', 'starts-with']), z.string().startsWith('$'), z.string()])
    .transform(([how, field, value]): Match => {
      return [how, field.slice(1).toLowerCase(), value];
    }),
  z
    .record(z.string(), z.string())
    .refine((fields) => Object.keys(fields).length === 1)
    .transform((fields): Match => {
      const [[field, value] = ['', '']] = Object.entries(fields);
      return ['eq', field.toLowerCase(), value];
    }),
]);
const policySchema = z.object({
  expiration: z.iso.datetime({ offset: true }),
  conditions: z.array(z.union([sizeSchema.transform(([, least, most]): SizeRange => ({ least, most })), matchSchema])),
});

/** Fields that no condition has to name. */
const free = /^(policy|x-amz-signature|bucket|file|x-ignore-.*)$/;
/** bytes: what one form may carry */
const largest = 5 * 1024 ** 3;

/**
 * Throws what S3 says of a policy that has expired, or that these fields (by name in lower case, with the bucket's among them)
 * do not keep to; returns what the file's size must be.
 */
export function checkPolicy(fields: ReadonlyMap<string, string>, now: number): SizeRange {
  const { expiration, conditions } = readPolicy(fields.get('policy') ?? '');
  if (now >= Date.parse(expiration)) denied('Policy expired.');
  const matches = conditions.filter((one): one is Match => Array.isArray(one));
  for (const [how, field, value] of matches) {
    const given = fields.get(field) ?? '';
    const fits = how === 'eq' ? given === value : given.startsWith(value);
    if (!fits) denied(`Policy Condition failed: ["${how}", "$${field}", "${value}"]`);
  }
  const named = new Set(matches.map(([, field]) => field));
  const extra = [...fields.keys()].find((field) => !named.has(field) && !free.test(field));
  if (extra !== undefined) denied(`Extra input fields: ${extra}`);
  const ranges = conditions.filter((one): one is SizeRange => !Array.isArray(one));
  return {
    least: Math.max(0, ...ranges.map(({ least }) => least)),
    most: Math.min(largest, ...ranges.map(({ most }) => most)),
  };
}

function readPolicy(text: string): z.output<typeof policySchema> {
  try {
    return policySchema.parse(JSON.parse(Buffer.from(text, 'base64').toString()));
  } catch {
    return refuse(400, 'InvalidPolicyDocument', 'The policy is not one that S3 describes.');
  }
}

function denied(message: string): never {
  refuse(403, 'AccessDenied', `Invalid according to Policy: ${message}`);
}
