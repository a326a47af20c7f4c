import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hour, operator, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";
import { second, startProtected, type ProtectedHarness } from "./protected-harness.ts";
import { asks } from "./protected-request.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startProtected();
});
afterEach(async () => {
  await at.harness.close();
});

const notice = "A request for this plan is waiting for approval.";
const command = "failover silent because callers hear nothing";

async function requests(): Promise<readonly (string | undefined)[]> {
  const entries = await at.entries("approval.requested");
  return entries.map(({ actor }) => (actor.kind === "user" ? actor.userId : undefined));
}

/** Somebody else's preview of the same plan. Gives what it says. */
async function secondPreview(words: string): Promise<string> {
  const abe = person(at.harness, second);
  return textOf(
    await opens(at.harness, abe, async () => abe.command(command, { channelId: voiceOps }), words),
  );
}

describe("a second preview of a plan", () => {
  it("says who waits for approval, since when and until when, and asks again only knowingly", async () => {
    await asks(at);
    const shown = await secondPreview(notice);
    expect(shown).toMatch(/<@U0OPER001> asked .*\. Expires .*\./u);
    expect(shown).toContain("Ask again");
    const abe = person(at.harness, second);
    await abe.submit();
    await formSays(at.harness, abe, "Waiting for approval of the whole run");
    expect(await requests()).toEqual([operator, second]);
    expect(await at.preview(command, notice)).toMatch(/U0OPER001[^]*U0ADMIN02/u);
  });

  it("does not ask beside a request that it did not show", async () => {
    expect(await secondPreview(", 1 connection")).not.toContain(notice);
    await asks(at);
    const abe = person(at.harness, second);
    await abe.submit();
    await formSays(at.harness, abe, "that this preview did not show");
    await onRecord(at.harness, { kind: "action.refused", userId: second, code: "conflict" });
    expect(await requests()).toEqual([operator]);
    await abe.click("failover:preview");
    await formSays(at.harness, abe, notice);
  });

  it("asks once if two people confirm their previews at the same moment", async () => {
    await at.preview();
    await secondPreview(", 1 connection");
    const abe = person(at.harness, second);
    await Promise.all([at.omar.submit(), abe.submit()]);
    await onRecord(at.harness, { kind: "action.refused", code: "conflict" });
    expect(await requests()).toHaveLength(1);
  });

  it.each([
    [
      "was declined",
      async (message: SandboxMessage) => {
        await at.ada.click("decline", { in: message });
        await formSays(at.harness, at.ada, "Comment");
        await at.ada.submit();
      },
      "approval.declined",
    ],
    ["was withdrawn", async () => at.omar.click("withdraw"), "approval.withdrawn"],
    ["has expired", async () => Promise.resolve(at.pass(25 * hour)), "approval.expired"],
  ] as const)("says nothing of a request that %s", async (_how, ends, kind) => {
    await ends(await asks(at));
    await onRecord(at.harness, { kind });
    expect(await secondPreview(", 1 connection")).not.toContain(notice);
  });
});

describe("the card of a number", () => {
  const card = async (name: string): Promise<string> => {
    await at.omar.command(`show ${name}`, { channelId: voiceOps });
    return textOf(await toldAlone(at.harness, operator, "answers now"));
  };

  it.each(["Roadside", "Fleet desk"])("names the request for a run that would change %s", async (name) => {
    await asks(at);
    await at.omar.close();
    expect(await card(name)).toMatch(
      /The failover \*Agents are silent\* of 2 numbers, of which 1 needs approval\. <@U0OPER001> asked for approval/u,
    );
  });

  it("has no such line for a number that the run does not change", async () => {
    await asks(at);
    expect(await card("0141")).not.toContain("asked for approval");
  });
});
