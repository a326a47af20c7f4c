/**
 * States of open forms that are too long for Slack's private_metadata: the number shown, and what was typed before.
 * They contain no secrets and are kept for a day.
 */
export interface FormStates {
  /** Stores a state for one person and returns an unguessable token for it. Throws not_recorded. */
  keep(userId: string, state: string): Promise<string>;
  /** The state, or undefined if the token is unknown, expired or another person's. */
  find(userId: string, token: string): Promise<string | undefined>;
}
