import { expect } from "vitest";
import { startHarness, type Harness } from "../../../../src/demo/harness.ts";
import type { VendorId } from "../../../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../../../src/vendors/index.ts";
import type { Fault, FaultWhen } from "../../../../src/sandbox/vendors/index.ts";
import { formSays, person } from "../../../support/screen.ts";
import { typicalOf } from "../typical.ts";
import { blockText, leftOut, opens, patchesSince, quiet } from "../../../support/words.ts";

/** Opens the form, lets something go wrong, submits it, and holds everything that can be seen against the truth. */
export async function reassign(
  vendor: VendorId,
  goWrong: (harness: Harness) => void | Promise<void>,
  words: string,
  early: (harness: Harness) => void = () => undefined,
  // Short only where somebody waits for its end: a busy machine takes its time over 10 MB.
  timeoutMs = 800,
) {
  const harness = await startHarness({
    connected: [vendor],
    logTo: quiet,
    pause: async () => undefined,
    environment: { VENDOR_TIMEOUT_MS: String(timeoutMs) },
  });
  try {
    const omar = person(harness, "U0OPER001");
    const sandbox = harness.vendors[vendor];
    const { number, agent } = typicalOf(vendor);
    early(harness);
    await opens(
      harness,
      omar,
      async () => omar.command(`reassign ${number.name} to ${agent.name}`, { channelId: "C0VOICE01" }),
      "After:",
    );
    const from = sandbox.requests.length;
    await goWrong(harness);
    const { errors, trouble } = await omar.submit();
    expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
    const form = await formSays(harness, omar, words);
    const patches = patchesSince(sandbox, from).length;
    const said = blockText(form);
    // The first entry after the form: a later look may write another.
    const entry = (await harness.audit()).find(
      ({ outcome, change }) => change !== undefined && outcome !== undefined,
    );
    const applied =
      sandbox.number(number.id) !== undefined && sandbox.effective(number.id).agentId === agent.id;
    const truth = applied ? "applied" : "refused";
    expect([truth, "unknown"]).toContain(entry?.outcome);
    const sent = patches > 0;
    expect(entry?.kind).toBe(sent ? "change.outcome" : "change.refused");
    expect(said).toMatch(sent ? /change `chg_[^`]+`/u : /Nothing was changed\.[^]*Id `[^`]+`/u);
    const told = await harness.slack.eventually("the messages", () => {
      const messages = harness.slack.messages("C0VOICE01");
      return messages.length >= patches ? messages : undefined;
    });
    expect(told).toHaveLength(patches);
    expect(told.flatMap((message) => leftOut(message))).toEqual([]);
    expect(harness.slack.calls.filter(({ ok }) => !ok)).toEqual([]);
    return {
      patches,
      said,
      outcome: entry?.outcome,
      code: entry?.problem?.code,
      status: entry?.vendorStatus,
    };
  } finally {
    await harness.close();
  }
}

/** The sandbox of a vendor does something wrong to requests of a kind from now on. */
export const fault =
  (vendor: VendorId, wrong: Fault, on: FaultWhen["on"] = "write") =>
  (harness: Harness): void =>
    harness.vendors[vendor].fault(wrong, { on });

/** What goes wrong at a vendor: each thing at two vendors, which take turns. `npm run faults` tries all at all. */
export function atVendor<T>(wrongs: readonly T[], vendor: VendorId): T[] {
  return wrongs.filter((_, row) => (row + vendorIds.indexOf(vendor)) % vendorIds.length < 2);
}
