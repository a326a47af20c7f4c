import { isLeft, isPlanned } from "../../../src/domain/runs/run-step.ts";
import {
  everyUpdateRecorded,
  noSecretLeaves,
  oneFinalOutcome,
  outcomesOf,
  requested,
} from "../changes/invariants.ts";
import type { Invariant } from "../story.ts";
import type { SeenFailover } from "./try-failover.ts";

const endsOf = ({ entries }: SeenFailover, changeId: string | undefined) =>
  entries.filter((entry) => entry.kind === "change.outcome" && entry.changeId === changeId);
/** The changes of one number, in the order in which they were recorded. */
const changesOf = (seen: SeenFailover, id: string) =>
  requested(seen).filter(({ number }) => number?.numberId === id);

/** What the vendor certainly did not do, and may do at another attempt. */
const repeatable: ReadonlySet<string> = new Set([
  "rate_limited",
  "vendor_unavailable",
  "credentials_rejected",
]);
/** A change, and at most five more of a number that is rate-limited. */
const mostAttempts = 6;

/** What must hold after each failover and each fail-back. */
export const failoverInvariants: readonly Invariant<SeenFailover>[] = [
  everyUpdateRecorded,
  {
    name: "only what was certainly not done is sent again, never what is unknown",
    broken: (seen) =>
      seen.ids
        .flatMap((id) => changesOf(seen, id).slice(0, -1))
        .map(({ changeId }) => endsOf(seen, changeId))
        .filter(
          (ends) =>
            ends.some(({ outcome }) => outcome !== "refused") ||
            !repeatable.has(ends.at(-1)?.problem?.code ?? ""),
        )
        .map((ends) => ends.map(({ outcome, problem }) => `${outcome} ${problem?.code}`).join(" "))
        .join("; "),
  },
  {
    name: "a number that is rate-limited is tried six times at most, each time under a new id",
    broken: (seen) =>
      seen.ids
        .filter((id) => {
          const ids = changesOf(seen, id).map(({ changeId }) => changeId);
          return ids.length > mostAttempts + seen.pauses.length || new Set(ids).size < ids.length;
        })
        .join(),
  },
  {
    name: "nothing is sent while it is paused",
    broken: ({ pauses }) =>
      pauses
        .filter(({ told, continued }) => told !== continued)
        .map(({ told, continued }) => `${told} updates when it paused, ${continued} when it went on`)
        .join("; "),
  },
  {
    name: "a failure in the first tier pauses it before the second",
    broken: (seen) => {
      const first = seen.entries.find(({ kind }) => kind === "failover.paused");
      const sequence = first?.details?.["why"] === "canary" ? first.sequence : 0;
      const [, ...second] = seen.ids;
      const early = second.flatMap((id) => changesOf(seen, id)).filter((each) => each.sequence < sequence);
      return early.length > 0 && `${early.length} changes of the second tier`;
    },
  },
  {
    name: "a number without a fault is changed",
    broken: ({ ids, changed, mayKeep }) =>
      ids.length - changed > mayKeep && `${changed} of ${ids.length} are changed`,
  },
  oneFinalOutcome,
  {
    name: "the reported count of changed numbers is true",
    broken: (seen) => {
      const text = seen.messages.find((each) => /is (?:through|over):/u.test(each)) ?? "";
      const said = Number(/is (?:through|over): (\d+) of \d+ changed/u.exec(text)?.[1]);
      const outcomes = requested(seen).map(({ changeId }) => outcomesOf(seen, changeId));
      const last = outcomes.filter((all) => all.at(-1) === "applied").length;
      const known = outcomes.filter((all) => all[0] === "applied").length;
      return (
        (said < known || said > last || last !== seen.changed) &&
        `${said} said, ${known} known, ${last} at last, ${seen.changed} are`
      );
    },
  },
  {
    name: "it ends, once, and holds nothing that is left",
    broken: ({ run, entries }) => {
      const wanted = run.kind === "back" ? ["done", "failover.returned"] : ["held", "failover.held"];
      const times = entries.filter(({ kind }) => kind === wanted[1]).length;
      const left = run.steps.filter((step) => isPlanned(step) && isLeft(step)).length;
      return (
        (run.state !== wanted[0] || times !== 1 || left > 0) && `${run.state}, ${times} times, ${left} left`
      );
    },
  },
  {
    name: "its result is reported once",
    broken: ({ posted }) => {
      const times = posted.filter((text) => /is (?:through|over):/u.test(text)).length;
      return times !== 1 && `told ${times} times`;
    },
  },
  noSecretLeaves,
];
