/**
 * The causes among the reason fields of a reply. The exchange fills fields it has nothing to say in with UNKNOWN_...
 * words, and repeats one cause in several fields.
 */
export function causesOf(reasons: readonly string[]): readonly string[] {
  return [...new Set(reasons.map((reason) => reason.trim()))].filter(
    (reason) => reason !== '' && !/^unknown(_|$)/i.test(reason),
  );
}
