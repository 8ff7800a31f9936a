/** Structured, redacted records for machines and people; one per event. */
export interface AuditLog {
  append(event: string, record: Readonly<Record<string, unknown>>): void;
}
