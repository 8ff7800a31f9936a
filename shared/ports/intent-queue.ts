/** What travels to the execution worker. The order itself is read from its record: the message carries no authority. */
export interface IntentMessage {
  readonly client_order_id: string;
  readonly slot_ms: number;
  /** Take the order off the exchange instead, if it is still there: this slot would not enter. */
  readonly withdraw?: true | undefined;
}

export interface IntentQueue {
  /** First in, first out within the account; the same again within 5 minutes is dropped by the queue. */
  send(message: IntentMessage): Promise<void>;
  /** How many messages were given up and wait for a person. */
  deadLetters(): Promise<number>;
}
