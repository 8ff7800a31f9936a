/**
 * For every AWS client of a function: left alone, one waits for an answer as long as the function lives. A call that is not
 * answered is made again, twice; what was written all the same is recognised by its condition or its id.
 */
export const HURRIED = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
};
