/**
 * The states of open forms that are too long to travel with their forms: what a form shows of a number, and what was typed
 * before it was open. Never a secret: a key is typed into a form and is in no form's state. Kept for a day.
 */
export interface FormStates {
  /** Keeps a state for one person, and returns the unguessable token that finds it again. Throws not_recorded. */
  keep(userId: string, state: string): Promise<string>;
  /** The state; undefined for a token that is unknown, expired, or another person's. */
  find(userId: string, token: string): Promise<string | undefined>;
}
