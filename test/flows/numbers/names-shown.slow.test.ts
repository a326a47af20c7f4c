import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { announcements, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";
import { blockText, opens, quiet } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  const channels = [
    ...demoWorkspace.channels,
    { id: announcements, name: "patchbay-log", botIsMember: true },
  ];
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, channels }],
    connected: ["cartesia"],
    logTo: quiet,
    outboxEveryMs: 20,
  });
  const by = {
    actor: { kind: "cli", osUser: "test" },
    requestId: "test",
    details: { before: "{}", after: "{}" },
  } as const;
  await harness.infra.store.workspace(teamId).settings.write({ announcementsChannelId: announcements }, by);
  omar = person(harness, "U0OPER001");
});
afterEach(async () => harness.close());

// E7
describe("agents are called by their names", () => {
  it("in the announcement of an outcome that was found out later", async () => {
    harness.vendors.cartesia.fault({ kind: "drop-after" }, { on: "write", times: 1 });
    await omar.command("reassign Roadside to Dispatch because lost", { channelId: "C0INCID01" });
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    const said = await toldInChannel(harness, announcements, "applied ·");
    expect(textOf(said)).toContain("*Roadside assistance* → *Dispatch*");
    expect(textOf(said)).toContain("*Dispatch* · ids `agent_5kR9wXd8` → `agent_7hN4pZc2`");
    expect(said.text).toContain("Dispatch · ids agent_5kR9wXd8 → agent_7hN4pZc2");
  });

  it("in the history of a refusal", async () => {
    await opens(harness, omar, async () => omar.command("reassign Roadside to Dispatch"), "*After:*");
    harness.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mB6tYf1" });
    await omar.submit();
    await onRecord(harness, { kind: "change.refused", code: "conflict" });
    await omar.command("history Roadside");
    const history = textOf(await toldAlone(harness, "U0OPER001", "History of"));
    expect(history).toContain("*Holding message* → *Dispatch* · ids `agent_2mB6tYf1` → `agent_7hN4pZc2`");
    await omar.openHome();
    await harness.slack.eventually("the refusal on the home tab", () =>
      blockText(harness.slack.home(teamId, "U0OPER001")).includes(
        "*Holding message* → *Dispatch* · ids `agent_2mB6tYf1` → `agent_7hN4pZc2`",
      ),
    );
  });

  it("in the revert of an incident, also the one that somebody chose elsewhere", async () => {
    await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "*INC-7*");
    await change(harness, omar, "reassign Roadside to Dispatch", voiceOps);
    harness.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mB6tYf1" });
    const preview = await opens(
      harness,
      omar,
      async () => omar.command("incident revert", { channelId: voiceOps }),
      "was changed elsewhere since",
    );
    expect(blockText(preview)).toContain(
      "Now: *Dispatch* → *Holding message* · ids `agent_7hN4pZc2` → `agent_2mB6tYf1`",
    );
  });
});

// E7
describe("two agents of one name", () => {
  it("are distinguished in the list of numbers", async () => {
    await harness.close();
    harness = await startHarness({
      connected: ["cartesia"],
      logTo: quiet,
      accounts: (vendor) => {
        const account = demoAccount(vendor);
        const twin = { id: "agent_TWIN0001", name: "roadside assistance" };
        return vendor === "cartesia" ? { ...account, agents: [...account.agents, twin] } : account;
      },
    });
    omar = person(harness, "U0OPER001");
    await omar.command("list Roadside");
    expect(textOf(await toldAlone(harness, "U0OPER001", "2 numbers"))).toContain(
      "*Roadside assistance* (`agent_5kR9wXd8`)",
    );
  });
});

// E7
describe("the report of an incident", () => {
  const report = async (): Promise<string> => {
    const shared = await harness.slack.eventually("the file", () =>
      harness.slack.messages(voiceOps).find(({ files }) => files),
    );
    return shared.files?.[0]?.content ?? "";
  };
  const run = async (): Promise<void> => {
    await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "*INC-7*");
    await change(harness, omar, "reassign Roadside to Dispatch", voiceOps);
    await change(harness, person(harness, "U0ADMIN01"), "rename Roadside to Detour", "C0INCID01");
    await omar.command("incident end", { channelId: voiceOps });
  };

  it("names people, with their ids after the names", async () => {
    await run();
    const text = await report();
    expect(text).toMatch(/- Started: [\d :-]+ by omar \(U0OPER001\)/u);
    expect(text).toMatch(/- Ended: [\d :-]+ by omar \(U0OPER001\)/u);
    expect(text).toContain("| omar (U0OPER001) | Roadside");
    expect(text).not.toContain("U0OPER001@");
  });

  it("names somebody whom Slack does not know by their id", async () => {
    const startedBy = { kind: "user", userId: "U0GONE001", workspaceId: teamId } as const;
    const startedAt = new Date().toISOString();
    await harness.infra.store
      .workspace(teamId)
      .incidents.start(
        { key: "INC-9", title: undefined, channelId: voiceOps, startedBy, startedAt },
        { kind: "incident.started", actor: startedBy, requestId: "r", details: { incident: "INC-9" } },
      );
    await omar.command("incident end INC-9", { channelId: voiceOps });
    expect(await report()).toMatch(/- Started: [\d :-]+ by U0GONE001\n/u);
  });
});

// E15
it("calls the numbers of a reverted incident as they are called now", async () => {
  await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "*INC-7*");
  await change(harness, omar, "rename Roadside to Detour", voiceOps);
  const preview = async (words: string) =>
    blockText(
      await opens(harness, omar, async () => omar.command("incident revert", { channelId: voiceOps }), words),
    );
  expect(await preview("will be restored")).toContain("*Detour* (+1 214 555 0152)");
  await omar.submit();
  await formSays(harness, omar, "Everything is back.");
  expect(await preview("is already back")).toContain("*Roadside* (+1 214 555 0152)");
});

// E9
describe("a number is called by its name", () => {
  it.each(["by a command", "by the job at its end"])("where its freeze is lifted %s", async (how) => {
    const ends = how.includes("job") ? " for 1 min" : "";
    await omar.command(`freeze Roadside${ends} because the vendor looks at it`, { channelId: "C0INCID01" });
    await toldInChannel(harness, announcements, "froze *Roadside*");
    if (ends === "") await omar.command("unfreeze Roadside", { channelId: "C0INCID01" });
    else {
      const { freezes, audit } = harness.infra.store.workspace(teamId);
      const [freeze] = await freezes.list();
      if (!freeze) throw new Error("nothing is frozen");
      const number = { connectionId: freeze.connectionId ?? "", numberId: freeze.numberId ?? "" };
      const details = { title: freeze.title };
      await audit.append({
        kind: "freeze.ended",
        actor: { kind: "system", job: "approvals" },
        requestId: "r",
        number,
        details,
      });
    }
    const said = await toldInChannel(harness, announcements, ends === "" ? "unfroze" : "expired");
    expect(textOf(said)).toContain("Roadside");
    expect(textOf(said)).toContain("+1 214 555 0152");
  });

  it("where it is protected, and no longer", async () => {
    const ada = person(harness, "U0ADMIN01");
    await ada.command("protect Roadside", { channelId: "C0INCID01" });
    await toldInChannel(harness, announcements, "protected *Roadside* (+1 214 555 0152)");
    await ada.command("unprotect Roadside", { channelId: "C0INCID01" });
    await toldInChannel(harness, announcements, "unprotected *Roadside* (+1 214 555 0152)");
    expect(
      harness.slack
        .messages(announcements)
        .map((each) => textOf(each))
        .join(),
    ).not.toContain("*number*");
  });
});

// E14
describe("undo", () => {
  it("takes a number for its last change, no matter who made it, and a reason", async () => {
    await change(harness, omar, "reassign Roadside to Dispatch", "C0INCID01");
    const ada = person(harness, "U0ADMIN01");
    const line = "undo 0152 because it was the wrong one";
    const form = await opens(
      harness,
      ada,
      async () => ada.command(line, { channelId: voiceOps }),
      "*After:*",
    );
    expect(blockText(form)).toContain("*Roadside assistance* answers");
    expect(JSON.stringify(form.blocks)).toContain('"initial_value":"it was the wrong one"');
    await ada.submit();
    expect(textOf(await formSays(harness, ada, "confirmed by"))).toContain("it was the wrong one");
  });

  it("takes a reason beside an id, and alone", async () => {
    const id = await change(harness, omar, "reassign Roadside to Dispatch", voiceOps);
    for (const line of [`undo ${id} because x y`, `undo \`${id}\` because x y`, "undo because x y"]) {
      const form = await opens(
        harness,
        omar,
        async () => omar.command(line, { channelId: voiceOps }),
        "*After:*",
      );
      expect(JSON.stringify(form.blocks)).toContain('"initial_value":"x y"');
    }
  });

  it.each([
    ["undo 0107", "has made no change of this number"],
    ["undo Dispatch", "Did you mean /number undo Dispatch "],
    ["undo nothing like it", "is neither a change nor a number"],
    ["undo chg_none", "There is no such change"],
  ])("says what the state is if there is nothing to undo: %s", async (line, words) => {
    await omar.command(line, { channelId: voiceOps });
    expect(textOf(await formSays(harness, omar, words))).toContain("Nothing was changed.");
  });
});
