import type { Point, StudyInputs } from './point.ts';
import type { PointRecord } from './point-record.ts';

/** What a study asks of a thread. */
export interface PointOrder {
  readonly inputs: StudyInputs;
  readonly point: Point;
}

/** What a thread answers. */
export type PointReply =
  | { readonly kind: 'bars'; readonly done: number; readonly slots: number }
  | { readonly kind: 'done'; readonly record: Omit<PointRecord, 'key'> }
  | { readonly kind: 'refused'; readonly message: string; readonly stack: string | null };
