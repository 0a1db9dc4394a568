/** What programs that practise are told: the practice bucket, and none of this person's own accounts. */
import type { PracticeBucket } from './practice-bucket.ts';

export type Place = Pick<PracticeBucket, 'endpoint' | 'region' | 'bucket' | 'accessKeyId' | 'secretAccessKey'>;

/** This process' environment without its AWS settings and proxies. */
export function practiceEnvironment({
  endpoint,
  region,
  bucket,
  accessKeyId,
  secretAccessKey,
}: Place): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|SIDELINE)_|^(https?|all|no)_proxy$/i.test(name),
  );
  return {
    ...Object.fromEntries(others),
    SIDELINE_S3_ENDPOINT: endpoint,
    SIDELINE_S3_REGION: region,
    SIDELINE_S3_BUCKET: bucket,
    SIDELINE_S3_PATH_STYLE: 'true',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}
