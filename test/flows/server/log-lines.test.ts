import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { slackClients } from "../../../src/slack/context/web-clients.ts";
import { boltLogger } from "../../../src/slack/context/bolt-logger.ts";
import { operator, teamId, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, toldAlone } from "../../support/screen.ts";

const lineSchema = z.looseObject({ msg: z.string(), level: z.number() });
let harness: Harness;
afterEach(async () => {
  await harness.close();
});

/** A harness whose log is kept; each line must be JSON. */
async function logged() {
  const text: string[] = [];
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "info" },
    logTo: { write: (line: string) => void text.push(line) },
  });
  return () =>
    text.flatMap((each) => each.trim().split("\n")).map((each) => lineSchema.parse(JSON.parse(each)));
}

// O21
it("names the workspace in each line about what it does", async () => {
  const lines = await logged();
  const omar = person(harness, operator);
  await omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await harness.slack.eventually("the change", () => lines().some(({ msg }) => msg === "change"));
  harness.slack.fail("views.open", { error: "expired_trigger_id" });
  await omar.command("reassign Roadside", { channelId: voiceOps });
  await toldAlone(harness, operator, "The form could not be opened");
  await person(harness, "U0GUEST01").command("list", { channelId: voiceOps });
  await harness.slack.eventually("a refusal", () => lines().some(({ msg }) => msg === "request failed"));
  await harness.stopApp();
  const ofWorkspace = lines().filter(({ msg }) => !["ready", "stopped"].includes(msg));
  const said = new Set(ofWorkspace.map(({ msg }) => msg));
  for (const msg of ["change", "request", "vendor request", "view not opened", "request failed"])
    expect([...said]).toContain(msg);
  expect(ofWorkspace.filter((line) => line["workspace"] !== teamId)).toEqual([]);
});

// O15
it("writes the logs of Slack's libraries as lines of JSON", async () => {
  const lines = await logged();
  const written: string[] = [];
  const note = (fields: Readonly<Record<string, unknown>>, msg: string) =>
    void written.push(JSON.stringify({ ...fields, msg }));
  const logger = boltLogger({ info: note, warn: note, error: note }, "web-api");
  harness.slack.fail("chat.postMessage", { dropConnection: true }, 1);
  const { patient } = slackClients(harness.settings.slackApiUrl, undefined, logger)(harness.secrets[0] ?? "");
  await patient.chat.postMessage({ channel: voiceOps, text: "hello" });
  expect(written).toEqual([expect.stringMatching(/^\{"from":"web-api".*http request failed/u)]);
  expect(lines().length).toBeGreaterThan(0);
});
