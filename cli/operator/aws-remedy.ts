const DENIED = /AccessDenied|NotAuthorized|UnrecognizedClient|Expired|InvalidClientToken|AuthorizationError/;
const NOT_SIGNED_IN = /CredentialsProviderError|TokenProviderError/;

/** What an operator does when AWS or its SDK says no; undefined: the error is none of theirs. */
export function awsRemedyOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message === 'Region is missing') return 'set AWS_REGION, or AWS_PROFILE to a profile that names a region';
  if (NOT_SIGNED_IN.test(error.name)) {
    return 'sign in, or set AWS_PROFILE: "aws sts get-caller-identity" must answer in this shell';
  }
  if (isDenied(error)) return 'use the credentials of an operator of this account (AWS_PROFILE)';
  return '$metadata' in error && hasAnswered(error.$metadata)
    ? 'is the stage deployed in this account and region?'
    : undefined;
}

/** AWS knows who asks, or does not want to, and says no. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && DENIED.test(error.name);
}

/** The SDK hangs metadata on errors of its own as well. */
function hasAnswered(metadata: unknown): boolean {
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
}
