/** The kinds of events that a webhook gets, as JSON; null is every kind. */
export const webhookKinds = 'ALTER TABLE webhooks ADD COLUMN kinds TEXT COLLATE "C";';
