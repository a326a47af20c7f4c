import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import { Problem, type ProblemCode } from "../../../src/domain/problem/problem.ts";
import type { PatchAnswer, VendorAccount } from "../../../src/domain/vendor/vendor-account.ts";
import { applyAndVerify } from "../../../src/operations/change/apply-and-verify.ts";

const number = (agent: string | null | undefined): PhoneNumber => ({
  id: "n",
  e164: "+14155550100",
  name: "N",
  agent: agent ? { id: agent } : agent === undefined ? undefined : null,
  fields: {},
});
const wanted = { agent: "new" };

/** How a vendor answers the PATCH, and what the number shows when it is read afterwards. */
interface Story {
  readonly answer: ProblemCode | "bug" | { readonly shows: string | null | undefined };
  readonly later: ProblemCode | { readonly shows: string | null | undefined };
  /** How many reads show the old state before that. */
  readonly lag?: number;
}

async function told({ answer, later, lag = 0 }: Story) {
  let sent = 0;
  let read = 0;
  const waits: number[] = [];
  const patch = async (): Promise<PatchAnswer> => {
    sent += 1;
    if (answer === "bug") throw new TypeError("a bug of ours");
    if (typeof answer === "string") throw new Problem(answer, "Said by the vendor.", { vendorStatus: 418 });
    return { status: 200, number: number(answer.shows) };
  };
  const unused = async (): Promise<never> => {
    throw new Error("not asked for in a verification");
  };
  const account: VendorAccount = {
    listNumbers: unused,
    listAgents: unused,
    getAgent: unused,
    check: unused,
    patch: unused,
    inTurn: async (step) => step(),
    buildPatch: () => ({}),
    getNumber: async () => {
      read += 1;
      if (read <= lag) return number("old");
      if (typeof later === "string") throw new Problem(later, "Could not be read.");
      return number(later.shows);
    },
  };
  const update = {
    numberId: "n",
    vendorTitle: "OneInbox",
    before: { agent: "old" },
    wanted,
    labels: {},
    send: patch,
  };
  const verified = await applyAndVerify(account, update, async (ms) => void waits.push(ms));
  return { ...verified, code: verified.problem?.code, sent, read, waits };
}

const shows = fc.record({ shows: fc.constantFrom("new", "old", null, undefined) });
const afterwards = fc.oneof(
  shows,
  fc.constantFrom<ProblemCode>("vendor_unavailable", "rate_limited", "not_found"),
);
const refusals = [
  "vendor_refused",
  "unsupported",
  "vendor_unavailable",
  "rate_limited",
  "credentials_rejected",
] as const;
const answers = fc.oneof(shows, fc.constantFrom<ProblemCode | "bug">(...refusals, "outcome_unknown", "bug"));

describe("the verification of a change", () => {
  it.each<[string, Story, string, ProblemCode | undefined, number]>([
    [
      "the answer shows it",
      { answer: { shows: "new" }, later: "vendor_unavailable" },
      "applied",
      undefined,
      0,
    ],
    [
      "a second look shows it",
      { answer: { shows: undefined }, later: { shows: "new" } },
      "applied",
      undefined,
      1,
    ],
    [
      "no answer came and it is there",
      { answer: "outcome_unknown", later: { shows: "new" } },
      "applied",
      "outcome_unknown",
      1,
    ],
    [
      "a refusal came and it is there",
      { answer: "vendor_refused", later: { shows: "new" } },
      "applied",
      "vendor_refused",
      1,
    ],
    [
      "the vendor said yes and does not show it so far",
      { answer: { shows: "old" }, later: { shows: "old" } },
      "unknown",
      "outcome_unknown",
      3,
    ],
    [
      "a refusal came and nothing moved",
      { answer: "vendor_refused", later: { shows: "old" } },
      "refused",
      "vendor_refused",
      1,
    ],
    [
      "it was never sent",
      { answer: "vendor_unavailable", later: { shows: "old" } },
      "refused",
      "vendor_unavailable",
      0,
    ],
    ["the number is gone", { answer: "unsupported", later: "not_found" }, "refused", "not_found", 1],
    [
      "no answer came and nothing moved so far",
      { answer: "outcome_unknown", later: { shows: "old" } },
      "unknown",
      "outcome_unknown",
      1,
    ],
    [
      "no answer came and it cannot be read",
      { answer: "outcome_unknown", later: "rate_limited" },
      "unknown",
      "outcome_unknown",
      1,
    ],
    [
      "the vendor says yes and never who answers",
      { answer: { shows: undefined }, later: { shows: undefined } },
      "unknown",
      "outcome_unknown",
      3,
    ],
    ["Patchbay itself fails", { answer: "bug", later: { shows: "old" } }, "unknown", "outcome_unknown", 1],
  ])("when %s", async (_what, story, outcome, code, read) => {
    expect(await told(story)).toMatchObject({ outcome, code, read, sent: 1 });
  });

  // B5
  it("reads again after 1 and 3 s while the vendor does not show the change", async () => {
    const late = { answer: { shows: "old" }, later: { shows: "new" } } as const;
    expect(await told({ ...late, lag: 1 })).toMatchObject({ outcome: "applied", read: 2, waits: [1000] });
    expect(await told({ ...late, lag: 2 })).toMatchObject({ outcome: "applied", waits: [1000, 2000] });
    const later = await told({ ...late, lag: 3 });
    expect(later).toMatchObject({ outcome: "unknown", read: 3, waits: [1000, 2000] });
    expect(later.problem?.message).toContain("Patchbay keeps looking and tells you here");
  });

  it("is applied only if the requested state was seen, and then never refused", async () => {
    await fc.assert(
      fc.asyncProperty(answers, afterwards, async (answer, later) => {
        const verified = await told({ answer, later });
        const seen = (said: typeof answer | typeof later): boolean =>
          typeof said === "object" && said.shows === "new";
        expect(verified.sent).toBe(1);
        expect(verified.read).toBeLessThanOrEqual(3);
        const { outcome } = verified;
        const mayHaveArrived = answer === "outcome_unknown" || answer === "bug";
        const wrong = {
          appliedUnseen: outcome === "applied" && !seen(answer) && !seen(later),
          refusedThoughSeen: outcome === "refused" && verified.read > 0 && seen(later),
          refusedThoughSent: outcome === "refused" && mayHaveArrived,
          refusedThoughTaken: outcome === "refused" && typeof answer === "object",
          withoutReason: outcome !== "applied" && verified.code === undefined,
        };
        expect(Object.entries(wrong).filter(([, is]) => is)).toEqual([]);
      }),
    );
  });
});

it.each(["vendor_unavailable", "rate_limited", "credentials_rejected"] as const)(
  "takes %s for a refusal, and needs no read for that",
  async (answer) => {
    expect(await told({ answer, later: "vendor_unavailable" })).toMatchObject({
      outcome: "refused",
      code: answer,
      read: 0,
    });
  },
);
