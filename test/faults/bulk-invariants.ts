import type { Invariant } from "./story.ts";
import type { SeenBulk } from "./try-bulk.ts";

const requested = ({ entries }: SeenBulk) => entries.filter(({ kind }) => kind === "change.requested");
const told = ({ messages }: SeenBulk) => messages.filter((text) => text.includes("changes reverted."));
const outcomesOf = ({ entries }: SeenBulk, changeId: string | undefined) =>
  entries.flatMap((entry) =>
    entry.kind === "change.outcome" && entry.changeId === changeId ? [entry.outcome] : [],
  );

/** What must hold after each revert of many changes. */
export const bulkInvariants: readonly Invariant<SeenBulk>[] = [
  {
    name: "every update is recorded as a change of its own",
    broken: (seen) =>
      seen.patches.length !== requested(seen).length &&
      `${seen.patches.length} updates, ${requested(seen).length} records`,
  },
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
  {
    name: "each change has one final outcome",
    broken: (seen) =>
      requested(seen)
        .map(({ changeId }) => outcomesOf(seen, changeId))
        .filter((all) => all.at(-1) === "unknown" || all.filter((each) => each !== "unknown").length !== 1)
        .map((all) => all.join(" "))
        .join("; "),
  },
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
  {
    name: "no secret leaves the app or reaches its log",
    broken: ({ everything }, secrets) =>
      secrets.some((secret) => everything.includes(secret)) && "a secret was found",
  },
];
