/** The pictures in the documents. `npm run screenshots` takes all of them. */
export const screenshots = [
  "reassign",
  "inspector",
  "phone",
  "several-agents-phone",
  "several-agents",
  "failover",
] as const;

export type Screenshot = (typeof screenshots)[number];
