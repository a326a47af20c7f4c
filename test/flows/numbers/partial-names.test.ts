import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { person } from "../../support/screen.ts";
import { blockText, buttonsOf, opens, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["dialnexa", "cartesia"], logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterAll(async () => harness.close());

async function answer(line: string, words: string) {
  const before = harness.slack.ephemerals("U0OPER001").length;
  await omar.command(line, { channelId: "C0INCID01" });
  return harness.slack.eventually(`an answer to “${line}” that says “${words}”`, () =>
    harness.slack
      .ephemerals("U0OPER001")
      .slice(before)
      .find((message) => blockText(message).includes(words)),
  );
}

// G11
it.each(["roads", "show roads", "support over", "show over support", "show support main", "support main"])(
  "shows for “%s” the only number whose name contains it",
  async (line) => {
    const words = blockText(await answer(line, "answers now"));
    expect(words).toMatch(line.includes("roads") ? /\*Roadside\*/u : /\*Support (?:main|overflow)\*/u);
  },
);

it.each(["sup", "show sup"])("shows no number for “%s”, which is in two names", async (line) => {
  const before = harness.vendors.dialnexa.requests.length;
  const told = await answer(line, line === "sup" ? "Unknown command" : "No number is called");
  expect(blockText(told)).not.toContain("answers now");
  expect(harness.vendors.dialnexa.requests.slice(before).filter(({ path }) => /phn_/u.test(path))).toEqual(
    [],
  );
});

it("never takes a part of a name for the number to change", async () => {
  const form = await opens(harness, omar, async () => omar.command("detach roads"), "No number is called");
  expect(buttonsOf(form)).toContain("Roadside (+1 214 555 0152) · cartesia demo");
  await omar.close();
});

it("shows none by a part of its name while another connection does not answer", async () => {
  const slow = await startHarness({ connected: ["dialnexa", "cartesia"], patientMs: 300, logTo: quiet });
  try {
    slow.vendors.dialnexa.fault({ kind: "status", status: 503 });
    await person(slow, "U0OPER001").command("show roads", { channelId: "C0INCID01" });
    const told = await slow.slack.eventually("an answer", () => slow.slack.ephemerals("U0OPER001").at(0));
    expect(blockText(told)).not.toContain("answers now");
  } finally {
    await slow.close();
  }
});
