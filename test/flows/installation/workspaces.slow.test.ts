import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeKinds } from "../../../src/domain/numbers/change.ts";
import { sendInteraction, submission } from "../../support/forged-requests.ts";
import { alpha, bea, bravo, requestsOfAlpha, watchAlpha } from "../../support/neighbours.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { startBesideAlpha, type BesideAlpha } from "./beside-alpha.ts";

let at: BesideAlpha;
beforeEach(async () => {
  at = await startBesideAlpha();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a workspace next to another", () => {
  it.each([
    ["list", "Bravo line"],
    ["list dispatch", "0 numbers"],
    ["history", "No changes yet"],
    ["connections", "bravo account"],
    ["show Roadside", "No number is called"],
    ["show pn_B6d1Vz5H", "No number is called"],
    ["show 0152", "No number is called"],
    ["history Roadside", "No number is called"],
  ])("sees in %s only what is its own", async (line, words) => {
    const watch = watchAlpha(at.harness);
    await at.beaAtHome().command(line);
    await toldAlone(at.harness, bea.userId, words);
    expect(await watch.trespasses()).toEqual([]);
  });

  it.each(changeKinds)("does not find the other's number to %s", async (verb) => {
    const watch = watchAlpha(at.harness);
    await at.beaAtHome().command(`${verb} Roadside`);
    await formSays(at.harness, at.beaAtHome(), "No number is called");
    expect(await watch.trespasses()).toEqual([]);
  });

  it("sees only its own in the options and on the home tab", async () => {
    const watch = watchAlpha(at.harness);
    await at.beaAtHome().command("reassign");
    await formSays(at.harness, at.beaAtHome(), "Number");
    expect((await at.beaAtHome().options("number", "")).map(({ text }) => text)).toEqual([
      "Bravo line (+1 206 555 0101)",
    ]);
    await at.beaAtHome().openHome();
    const home = await at.harness.slack.eventually("the home tab", () =>
      at.harness.slack.home(bravo.teamId, bea.userId),
    );
    expect(textOf(home)).toContain("bravo account");
    expect(await watch.trespasses()).toEqual([]);
  });

  it("reads the numbers in a message from its own accounts only", async () => {
    const watch = watchAlpha(at.harness);
    const message = { channelId: "C0BRAVO01", ts: "1.1", text: "call +1 214 555 0152" };
    await at.beaAtHome().messageShortcut("numbers_in_message", message);
    await formSays(at.harness, at.beaAtHome(), "is not among the connected numbers");
    expect(textOf(at.beaAtHome().view())).not.toContain("Roadside");
    expect(await watch.trespasses(["2145550152", "555 0152"])).toEqual([]);
  });

  it("is refused the other's number, chosen in its own form", async () => {
    const watch = watchAlpha(at.harness);
    await at.beaAtHome().command("reassign");
    await formSays(at.harness, at.beaAtHome(), "Number");
    await at.beaAtHome().choose("number", { text: "stolen", value: at.roadsideKey() });
    await formSays(at.harness, at.beaAtHome(), "There is no such connection");
    expect((await at.beaAtHome().submit()).errors).toBeDefined();
    expect(await watch.trespasses()).toEqual([]);
  });

  it("is refused the other's agent, chosen for its own number", async () => {
    const watch = watchAlpha(at.harness);
    await at.beaAtHome().command("reassign Bravo line");
    await formSays(at.harness, at.beaAtHome(), "Bravo bot");
    await at.beaAtHome().choose("agent", { text: "stolen", value: "agent_7hN4pZc2" });
    await at.beaAtHome().submit();
    await formSays(at.harness, at.beaAtHome(), "has no agent agent_7hN4pZc2");
    expect(at.harness.vendors.cartesia.effective("ap_bravo1").agentId).toBe("agent_bravo1");
    expect(await watch.trespasses()).toEqual([]);
  });
});

describe("a person of the other workspace in a shared channel", () => {
  it("is answered by their own workspace at a click on the message", async () => {
    const watch = watchAlpha(at.harness);
    const message = await at.harness.slack.eventually("the result", () =>
      at.harness.slack.messages("C0INCID01").at(-1),
    );
    await at.harness.slack.as(alpha.teamId, bea.userId).click("show", { in: message });
    await toldAlone(at.harness, bea.userId, "There is no such connection");
    expect(await watch.trespasses()).toEqual([]);
  });

  it("is refused a submitted form, on the record of the workspace whose form it is", async () => {
    const before = requestsOfAlpha(at.harness);
    const from = { ...bea, installedIn: alpha.teamId };
    const values = { number: at.roadsideKey(), agent: "agent_5kR9wXd8" };
    await sendInteraction(
      at.harness,
      submission(from, { callbackId: "reassign", metadata: at.metadata("reassign"), values }),
    );
    await onRecord(at.harness, { kind: "action.refused", code: "not_allowed", userId: bea.userId });
    expect(requestsOfAlpha(at.harness)).toBe(before);
  });

  it("is told that their own workspace has no Patchbay", async () => {
    const message = await at.harness.slack.eventually("the result", () =>
      at.harness.slack.messages("C0INCID01").at(-1),
    );
    await person(at.harness, "U0ELSE001").click("show", { in: message });
    expect(textOf(await toldAlone(at.harness, "U0ELSE001", "not installed in your workspace"))).not.toContain(
      "Dispatch",
    );
  });
});
