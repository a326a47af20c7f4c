import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { blockText, opens, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia", "speechify"], patientMs: 300, logTo: quiet });
  omar = person(harness, "U0OPER001");
  // Lists never come here; a single number does, and so does a search where the vendor has one.
  for (const vendor of [harness.vendors.cartesia, harness.vendors.speechify])
    vendor.fault(
      { kind: "hang" },
      { on: ({ path, query }) => path.endsWith("/phone-numbers") && !query.includes("q=") },
    );
});
afterAll(async () => {
  await harness.close();
});

async function answer(line: string): Promise<SandboxMessage> {
  const before = harness.slack.ephemerals("U0OPER001").length;
  await omar.command(line, { channelId: "C0INCID01" });
  return harness.slack.eventually(`an answer to “${line}”`, () =>
    harness.slack.ephemerals("U0OPER001").at(before),
  );
}

// O9
describe("while a list is being read for the first time", () => {
  it.each([
    ["an id", "show phone_", "*Hotel front*"],
    ["an id at a vendor that can be searched", "show pn_B6d1Vz5H", "*Roadside*"],
    ["a whole number where the vendor can be searched", "show +1 214 555 0152", "*Roadside*"],
    ["a whole number in another way", "show 001 214-555-0152", "*Roadside*"],
  ])("%s is read live", async (_what, line, title) => {
    const hotel = harness.vendors.speechify.accounts()[0]?.numbers[0]?.id ?? "";
    const typed = line.endsWith("phone_") ? `show ${hotel}` : line;
    expect(blockText(await answer(typed))).toContain(title);
  });

  it("a list says so, and not that there are none", async () => {
    const list = blockText(await answer("list"));
    expect(list).toContain("The list of the numbers of *cartesia demo* is still loading");
    expect(list).toContain("The list of the numbers of *speechify demo* is still loading");
  });

  it("a form that names a number by its id reads it", async () => {
    const act = async () => omar.command("reassign pn_B6d1Vz5H to Dispatch");
    expect(blockText(await opens(harness, omar, act, "After:"))).toContain(
      "*Roadside assistance* → *Dispatch*",
    );
    await omar.close();
  });

  it("a picker says so, finds what can be asked for, and takes its own words for no number", async () => {
    await opens(harness, omar, async () => omar.command("reassign"), "Number");
    const [number, loading] = await omar.options("number", "+12145550152");
    expect(number?.text).toBe("Roadside (+1 214 555 0152)");
    expect(loading?.text).toBe("cartesia demo: still loading…");
    if (!loading) throw new Error("nothing is said");
    await omar.choose("number", loading);
    expect(textOf(await formSays(harness, omar, "Patchbay is still loading numbers."))).not.toContain("Now:");
    await omar.close();
  });

  it("the App Home says so of the connection", async () => {
    await omar.openHome();
    const said = await harness.slack.eventually("the Home", () =>
      textOf(harness.slack.home("T0PATCH01", "U0OPER001")).includes(
        "The list of its numbers is still loading.",
      ),
    );
    expect(said).toBe(true);
  });
});
