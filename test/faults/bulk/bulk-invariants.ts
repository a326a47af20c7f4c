import {
  everyUpdateRecorded,
  noSecretLeaves,
  oneFinalOutcome,
  outcomesOf,
  requested,
} from "../changes/invariants.ts";
import type { Invariant } from "../story.ts";
import type { SeenBulk } from "./try-bulk.ts";

const told = ({ messages }: SeenBulk) => messages.filter((text) => text.includes("changes reverted."));

/** What must hold after each revert of many changes. */
export const bulkInvariants: readonly Invariant<SeenBulk>[] = [
  everyUpdateRecorded,
  {
    name: "no update is sent again unless it was rate-limited",
    broken: ({ ids, patches }) =>
      ids
        .filter((id) => patches.filter((each) => each.path.endsWith(id) && each.status !== 429).length > 1)
        .join(),
  },
  {
    name: "a number without a fault is restored",
    broken: (seen) => {
      const { ids, back, mayKeep } = seen;
      return (
        ids.length - back.length > mayKeep &&
        `${back.length} of ${ids.length} are back: ${told(seen)[0]?.split("\n*")[0]}`
      );
    },
  },
  oneFinalOutcome,
  {
    name: "the reported count of restored numbers is true",
    broken: (seen) => {
      const said = Number(/(\d+) of \d+ changes reverted/u.exec(told(seen)[0] ?? "")?.[1]);
      const known = requested(seen).filter(
        ({ changeId }) => outcomesOf(seen, changeId)[0] === "applied",
      ).length;
      const last = requested(seen).filter(
        ({ changeId }) => outcomesOf(seen, changeId).at(-1) === "applied",
      ).length;
      return (
        (said !== known || last !== seen.back.length) &&
        `${said} said, ${known} known, ${last} at last, ${seen.back.length} are`
      );
    },
  },
  {
    name: "it runs once, and its result is reported once",
    broken: (seen) =>
      (told(seen).length !== 1 || seen.running.length > 0) &&
      `told ${told(seen).length} times, ${seen.running.length} running`,
  },
  noSecretLeaves,
];
