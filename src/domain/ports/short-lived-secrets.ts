/**
 * Secrets that are good for half an hour, encrypted: what a replica has received and another one may need, such as the
 * `response_url` of a conversation.
 */
export interface ShortLivedSecrets {
  /** Keeps a text, in place of an earlier one with the same id. Throws not_recorded. */
  keep(id: string, text: string): Promise<void>;
  /** The text; undefined if there is none any more, or none of the server's keys opens it. */
  find(id: string): Promise<string | undefined>;
  /** The same, for the last time: it is removed. Throws not_recorded. */
  take(id: string): Promise<string | undefined>;
}
