import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { pick } from "../../../src/domain/numbers/change.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../../src/vendors/index.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { acts, type Act } from "../../faults/acts.ts";
import { fastClock } from "../../support/clocks.ts";
import { incidents } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { blockText, buttonsOf, patchesSince, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  // Changes that follow each other quickly reach the vendors' rate limits.
  harness = await startHarness({ connected: vendorIds, logTo: quiet, ...fastClock(20).options });
  omar = person(harness, "U0OPER001");
});
afterEach(async () => {
  while (omar.view()) await omar.close();
});
afterAll(async () => {
  await harness.close();
});

/** The number at its vendor: who answers and its name, and for an edit every value except when it was changed. */
function shown({ vendor, numberId, verb }: Act): unknown {
  const sandbox = harness.vendors[vendor];
  if (verb !== "edit") return sandbox.effective(numberId);
  const raw = JSON.stringify(sandbox.number(numberId));
  // No value is null or left out.
  return JSON.parse(raw, (key, value: unknown) =>
    /updated|modification/iu.test(key) ? undefined : (value ?? undefined),
  );
}

/** Carries out an act through its form and gives the id of the change. */
async function carryOut({ line, ready, fill }: Act): Promise<string> {
  await omar.command(line, { channelId: incidents });
  await formSays(harness, omar, ready);
  if (fill) await omar.fillByLabel(...fill);
  const { errors, trouble } = await omar.submit();
  expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
  await formSays(harness, omar, "confirmed by");
  return (await harness.audit()).at(-1)?.changeId ?? "";
}

async function submitUndo(): Promise<string> {
  const { errors, trouble } = await omar.submit();
  expect({ errors, trouble }).toEqual({ errors: undefined, trouble: undefined });
  await formSays(harness, omar, "Undoes change");
  return (await harness.audit()).at(-1)?.changeId ?? "";
}

const ofVendor = (vendor: VendorId): readonly Act[] => acts.filter((act) => act.vendor === vendor);

describe.each(vendorIds)("an undo at %s", (vendor) => {
  it.each(ofVendor(vendor).map((act) => [act.verb, act] as const))(
    "of a %s writes exactly what it wrote, back as it was, and can be undone itself",
    async (_verb, act) => {
      // DialNexa's label can be set and never emptied.
      if (vendor === "dialnexa") harness.vendors.dialnexa.changeNumber(act.numberId, { label: "CC-1" });
      const before = shown(act);
      const changeId = await carryOut(act);
      const after = shown(act);
      const from = harness.vendors[vendor].requests.length;
      await omar.click("undo");
      const form = blockText(await formSays(harness, omar, "*After:*"));
      expect(form).toContain(changeId);
      expect(form).toContain("<@U0OPER001>");
      const undoId = await submitUndo();
      expect(shown(act)).toEqual(before);
      expect(patchesSince(harness.vendors[vendor], from)).toHaveLength(1);
      const [requested, outcome] = (await harness.audit()).slice(-2);
      const first = (await harness.audit()).find(
        (entry) => entry.changeId === changeId && entry.kind === "change.requested",
      );
      expect(requested).toMatchObject({
        changeId: undoId,
        details: { undoes: changeId, channel: incidents },
      });
      const fields = Object.keys(first?.wanted ?? {});
      expect(requested?.wanted).toEqual(pick(first?.before ?? {}, Object.keys(requested?.wanted ?? {})));
      expect(Object.keys(requested?.wanted ?? {})).toEqual(expect.arrayContaining(fields));
      expect(outcome).toMatchObject({ kind: "change.outcome", outcome: "applied" });
      const told = await toldInChannel(harness, incidents, `Undoes change \`${changeId}\``);
      expect(buttonsOf(told)).toEqual(["Undo", "Show", "History"]);
      await omar.click("undo");
      await formSays(harness, omar, "*After:*");
      await submitUndo();
      expect(shown(act)).toEqual(after);
    },
  );
});
