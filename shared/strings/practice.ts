/** What is said of practising: with the bucket and the backend that are on this computer. */
export const practice = {
  bucket: 'Practice bucket',
  backend: 'Practice backend',
  backendFailed:
    'The practice backend did not start. The practice bucket works all the same; the terminal says what went wrong.',
} as const;
