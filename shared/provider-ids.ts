/** The stores that Sideline knows by name; what is known of each is in providers.ts. */
export const providerIds = ['aws', 'minio', 'ceph', 'r2', 'b2', 'spaces', 'wasabi', 'other'] as const;
export type ProviderId = (typeof providerIds)[number];
