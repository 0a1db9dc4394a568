/** What the terminal command is told by its environment: a connection without any file. */
import { z } from 'zod';
import { s3ConfigSchema, type S3Config } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';

export type Environment = Record<string, string | undefined>;

const flag = z
  .string()
  .optional()
  .transform((text) => text !== undefined && !['', '0', 'false', 'no'].includes(text.toLowerCase()));

/** The connection of SIDELINE_S3_* and AWS_*, or null where they name no bucket. Throws `invalid-input`. */
export function connectionFromEnvironment(env: Environment): S3Config | null {
  const bucket = env.SIDELINE_S3_BUCKET;
  if (bucket === undefined || bucket === '') return null;
  const endpoint = env.SIDELINE_S3_ENDPOINT ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  return parseConfig(
    {
      bucket,
      endpoint: endpoint === undefined || endpoint === '' ? null : endpoint,
      region: env.SIDELINE_S3_REGION ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1',
      pathStyle: flag.parse(env.SIDELINE_S3_PATH_STYLE),
      credentials: { from: 'chain', profile: env.AWS_PROFILE ?? null },
    },
    { bucket: 'SIDELINE_S3_BUCKET', endpoint: 'SIDELINE_S3_ENDPOINT', region: 'SIDELINE_S3_REGION' },
  );
}

/** Names each wrong field as the person knows it. */
export function parseConfig(input: unknown, names: Record<string, string>): S3Config {
  const parsed = s3ConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const field = String(issue.path[0] ?? '');
    return `${names[field] ?? field}: ${issue.message}`;
  });
  throw new SidelineError('invalid-input', { subject: `${problems.join('; ')}.` });
}
