import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { blockText, opens } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  omar = person(harness, operator);
  await silentPlan(harness, [[roadside]]);
});
afterEach(async () => {
  await harness.close();
});

const here = { channelId: voiceOps };

/** Begins the failover and waits until it is held. */
async function failsOver(): Promise<string> {
  await omar.command("incident start INC-7 Silent agents", here);
  await toldInChannel(harness, voiceOps, "INC-7");
  const line = "failover silent for 1h incident INC-7 because callers hear nothing";
  await opens(harness, omar, async () => omar.command(line, here), "1 will be switched");
  await omar.submit();
  const { details } = await onRecord(harness, { kind: "failover.held" });
  await formSays(harness, omar, "is through");
  await omar.close();
  return details?.["run"] ?? "";
}

const told = async (line: string, words: string): Promise<string> => {
  await omar.command(line, here);
  return textOf(await toldAlone(harness, operator, words));
};

async function home(words: string): Promise<string> {
  await omar.openHome();
  const view = await harness.slack.eventually(`a home tab that says “${words}”`, () => {
    const shown = harness.slack.home(teamId, operator);
    return shown && blockText(shown).includes(words) ? shown : undefined;
  });
  return blockText(view);
}

const sinceUntil = /\*Failover silent\* since <!date\^\d+\^[^>]+>, until <!date\^\d+\^[^>]+>/u;

it("stands on the status, the card of each number, the history and the App Home, until it is taken back", async () => {
  const run = await failsOver();
  const status = await told("status", "Failovers and reverts under way");
  expect(status).toMatch(sinceUntil);
  expect(status).toContain("Fail back…");
  expect(await told("show Roadside", "answers now")).toMatch(sinceUntil);
  expect(await told("history Roadside", "applied")).toContain(
    `Part of \`${run}\`, plan \`silent\`, revision 1`,
  );
  expect(await home("under way")).toMatch(sinceUntil);
  await opens(harness, omar, async () => omar.command("failover silent back", here), "will be put back");
  await omar.submit();
  await onRecord(harness, { kind: "failover.returned" });
  await formSays(harness, omar, "is over");
  await omar.close();
  expect(await told("status", "All clear")).toContain("no failover");
  expect(await home("Nothing is broken")).not.toContain("under way");
});

it("is in the report of its incident, and on record with each change", async () => {
  const run = await failsOver();
  await omar.command("incident end", here);
  const shared = await harness.slack.eventually("a report", () =>
    harness.slack
      .messages(voiceOps)
      .find(({ files }) => files?.some(({ filename }) => filename === "INC-7.md")),
  );
  const report = shared.files?.[0]?.content ?? "";
  const lines = report.split("\n").filter((line) => line.includes("Failover silent (revision 1, "));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/ begun by .*: callers hear nothing$/u);
  expect(lines[1]).toMatch(/ through by Patchbay .*, 1 of 1 changed in \d+ s$/u);
  const changes = (await harness.audit()).filter(({ kind }) => kind === "change.requested");
  expect(changes.map(({ details }) => [details?.["run"], details?.["plan"]])).toEqual([[run, "silent"]]);
});
