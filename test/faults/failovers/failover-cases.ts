import { isRead, isUpdate, type RecordedRequest } from "../../../src/sandbox/vendors/index.ts";
import { wrongAnswers, wrongWrites, type Case, type NamedFault } from "../cases.ts";

/** The tiers of the plan, and which of its numbers they have: see `savePlanOfMany`. */
const tiers = [
  { phase: "in the first tier", has: (at: number) => at === 0 },
  { phase: "in the second tier", has: (at: number) => at > 0 },
] as const;

/** What the fault may keep from being changed: a number that is only read wrongly is read again. */
function wrong(
  { phase, has }: (typeof tiers)[number],
  which: "an update" | "two reads",
  [name, fault]: NamedFault,
): Case {
  const [fits, times] = which === "an update" ? [isUpdate, 1] : [isRead, 2];
  return {
    phase,
    name: `${which}: ${name}`,
    mayKeep: times,
    arrange: ({ sandbox, key }) => {
      const ids = (sandbox.accounts()[0]?.numbers ?? []).map(({ id }) => id).filter((_, at) => has(at));
      const kind = typeof fault === "function" ? fault(key) : fault;
      const on = (request: RecordedRequest): boolean =>
        fits(request) && ids.some((id) => request.path.endsWith(id));
      sandbox.fault(kind, { times, on });
    },
  };
}

function limitedForEver({ phase, has }: (typeof tiers)[number]): Case {
  return {
    phase,
    name: "one number refused by a 429 for ever",
    mayKeep: 1,
    arrange: ({ sandbox }) => {
      const id = (sandbox.accounts()[0]?.numbers ?? []).findLast((_, at) => has(at))?.id ?? "";
      sandbox.fault(
        { kind: "rate-limit", retryAfter: "none" },
        { on: (request) => isUpdate(request) && request.path.endsWith(id) },
      );
    },
  };
}

function failing({ phase, has }: (typeof tiers)[number]): Case {
  return {
    phase,
    name: "every update refused, 422, until somebody looks",
    mayKeep: 6,
    arrange: ({ sandbox }) => {
      const ids = (sandbox.accounts()[0]?.numbers ?? []).map(({ id }) => id).filter((_, at) => has(at));
      sandbox.fault(
        { kind: "status", status: 422 },
        { on: (request) => isUpdate(request) && ids.some((id) => request.path.endsWith(id)) },
      );
    },
  };
}

/** Each fault in each tier. */
export const failoverCases: readonly Case[] = tiers.flatMap((tier) => [
  ...[...wrongAnswers, ...wrongWrites].map((named) => wrong(tier, "an update", named)),
  ...wrongAnswers.map((named) => wrong(tier, "two reads", named)),
  limitedForEver(tier),
  failing(tier),
]);
