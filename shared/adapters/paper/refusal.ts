import type { ExchangeFailure } from '../../ports/answer.ts';

/** A documented "no", in the words of a create and of a preview: the two name the same cause differently. */
export interface Refusal {
  readonly create: readonly string[];
  readonly preview: string;
}

/** A cause that both name. A create carries both words, as the recorded replies of the exchange do. */
export function refuse(word: string, preview = `PREVIEW_${word}`): Refusal {
  return { create: [word, preview], preview };
}

/** A cause that only the preview's words name: a create then says nothing else. */
export function refuseByPreview(preview: string): Refusal {
  return { create: [preview], preview };
}

/** In the shape the real exchange gives it: HTTP 200 and the reason words. */
export function refusedAnswer({ create, preview }: Refusal, asked: 'create' | 'preview'): ExchangeFailure {
  const reasons = asked === 'create' ? create : [preview];
  return { kind: 'refused', status: 200, reasons, message: 'refused by the paper exchange' };
}
