import { noSecretLeaves, requested } from "../changes/invariants.ts";
import type { Invariant } from "../story.ts";
import type { SeenEnd } from "./try-end.ts";

/** The words of a final message. */
const last = /was restored: |was \*NOT reverted\*: someone|Patchbay does not retry|was already back/u;

/** What must hold after each expiry. */
export const endInvariants: readonly Invariant<SeenEnd>[] = [
  {
    name: "every write is recorded as a change of its own",
    broken: (seen) =>
      seen.patches !== requested(seen).length && `${seen.patches} updates, ${requested(seen).length} records`,
  },
  {
    name: "Patchbay tries again only if the previous attempt is known to have done nothing",
    broken: (seen) => {
      const [, ...again] = requested(seen);
      return (
        again.some(({ sequence }) => {
          const before = seen.entries.findLast((entry) => entry.sequence < sequence);
          return before?.outcome !== "refused";
        }) && JSON.stringify(seen.entries.map(({ kind, changeId, outcome }) => [kind, changeId, outcome]))
      );
    },
  },
  {
    name: "a newer change is never overwritten",
    broken: ({ elsewhere, agents }) =>
      elsewhere !== undefined && agents.last !== elsewhere && `${elsewhere} became ${agents.last}`,
  },
  {
    name: "the number is as before, as the change left it, or as somebody else changed it",
    broken: ({ agents, elsewhere }) =>
      ![agents.before, agents.made, elsewhere, undefined].includes(agents.last) && `${agents.last}`,
  },
  {
    name: "the last message is true",
    broken: ({ messages, agents }) => {
      const said = messages.some((text) => /was restored: /u.test(text));
      return said && agents.last !== agents.before && `said as before, and ${agents.last} answers`;
    },
  },
  {
    name: "the expiry completes, and is reported once",
    broken: ({ messages, state }) => {
      const told = messages.filter((text) => last.test(text)).length;
      return (state !== "over" || told !== 1) && `${state}, said ${told} times: ${messages.at(-1)}`;
    },
  },
  noSecretLeaves,
];
