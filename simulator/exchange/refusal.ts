/** A documented word for "no". It goes out with HTTP 200 and `success: false`. */
export interface Refusal {
  readonly kind: 'refused';
  /** NewOrderFailureReason; UNKNOWN_FAILURE_REASON where only the preview word speaks. */
  readonly reason: string;
  readonly preview: string;
  readonly message: string;
}

/** A body the exchange does not even understand: HTTP 400. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly message: string;
}

export function refuse(reason: string, message = '', preview = `PREVIEW_${reason}`): Refusal {
  return { kind: 'refused', reason, preview, message };
}

/** For what only the preview words name. */
export function refuseByPreview(preview: string, message = ''): Refusal {
  return { kind: 'refused', reason: 'UNKNOWN_FAILURE_REASON', preview, message };
}

export function malformed(message: string): Malformed {
  return { kind: 'malformed', message };
}
