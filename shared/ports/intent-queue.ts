/** What travels to the execution worker. The order itself is read from its record: the message carries no authority. */
export interface IntentMessage {
  readonly client_order_id: string;
  readonly slot_ms: number;
}

export interface IntentQueue {
  /** First in, first out within the account; a repeated client order id within 5 minutes is dropped by the queue. */
  send(message: IntentMessage): Promise<void>;
  /** How many messages were given up and wait for a person. */
  deadLetters(): Promise<number>;
}
