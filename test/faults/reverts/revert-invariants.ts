import { noSecretLeaves, outcomesOf, requested } from "../changes/invariants.ts";
import type { Invariant } from "../story.ts";
import type { SeenRevert } from "./try-revert.ts";

const told = ({ messages }: SeenRevert) => messages.filter((text) => text.includes("of 1 change reverted"));

/** What must hold after each revert. */
export const revertInvariants: readonly Invariant<SeenRevert>[] = [
  {
    name: "at most one write is not rate-limited, each is recorded, and none is sent without confirmation",
    broken: (seen) =>
      (seen.patches !== requested(seen).length || seen.patches - seen.refused > (seen.confirmed ? 1 : 0)) &&
      `${seen.patches} updates, ${requested(seen).length} records`,
  },
  {
    name: "a newer change is never overwritten",
    broken: ({ elsewhere, agents }) =>
      elsewhere !== undefined && agents.last !== elsewhere && `${elsewhere} became ${agents.last}`,
  },
  {
    name: "the number is as before, as the incident left it, or as somebody else changed it",
    broken: ({ agents, elsewhere }) =>
      ![agents.before, agents.made, elsewhere, undefined].includes(agents.last) && `${agents.last}`,
  },
  {
    name: "what is reported as restored is restored",
    broken: (seen) => {
      const done = told(seen).some((text) => text.includes("1 of 1 change reverted"));
      return done && seen.agents.last !== seen.agents.before && `${seen.agents.last} answers`;
    },
  },
  {
    name: "each change has one final outcome",
    broken: (seen) => {
      const outcomes = requested(seen).map(({ changeId }) => outcomesOf(seen, changeId));
      const isWrong = outcomes.some((all) => {
        const settled = all.filter((outcome) => outcome !== "unknown").length;
        return settled > 1 || (settled === 0 && !seen.undecidable);
      });
      return isWrong && JSON.stringify(outcomes);
    },
  },
  {
    name: "it runs once, and its result is reported once",
    broken: (seen) => {
      const times = told(seen).length;
      const wanted = seen.confirmed ? 1 : 0;
      const over = seen.state === (seen.confirmed ? "done" : "shown");
      return (times !== wanted || !over) && `${seen.state}, told ${times} times`;
    },
  },
  noSecretLeaves,
];
