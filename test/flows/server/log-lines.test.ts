import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { startHouse, type House } from "../../../src/demo/harness.ts";
import { slackClients } from "../../../src/slack/context/web-clients.ts";
import { boltLogger } from "../../../src/slack/context/bolt-logger.ts";
import { formSays, person, toldAlone } from "../../support/screen.ts";

const workspace = "T0PATCH01";
const operator = "U0OPER001";
const channelId = "C0VOICE01";

const lineSchema = z.looseObject({ msg: z.string(), level: z.number() });
let house: House;
afterEach(async () => {
  await house.close();
});

/** A house whose log is kept; each line must be JSON. */
async function logged() {
  const text: string[] = [];
  house = await startHouse({
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
  const omar = person(house, operator);
  await omar.command("reassign Roadside to Dispatch", { channelId });
  await formSays(house, omar, "After:");
  await omar.submit();
  await house.slack.eventually("the change", () => lines().some(({ msg }) => msg === "change"));
  house.slack.fail("views.open", { error: "expired_trigger_id" });
  await omar.command("reassign Roadside", { channelId });
  await toldAlone(house, operator, "The form could not be opened");
  await person(house, "U0GUEST01").command("list", { channelId });
  await house.slack.eventually("a refusal", () => lines().some(({ msg }) => msg === "not done"));
  await house.stopApp();
  const ofWorkspace = lines().filter(({ msg }) => !["ready", "stopped"].includes(msg));
  const said = new Set(ofWorkspace.map(({ msg }) => msg));
  for (const msg of ["change", "request", "vendor request", "view not opened", "not done"])
    expect([...said]).toContain(msg);
  expect(ofWorkspace.filter((line) => line["workspace"] !== workspace)).toEqual([]);
});

// O15
it("writes what Slack's libraries have to say as lines of JSON", async () => {
  const lines = await logged();
  const written: string[] = [];
  const note = (fields: Readonly<Record<string, unknown>>, msg: string) =>
    void written.push(JSON.stringify({ ...fields, msg }));
  const logger = boltLogger({ info: note, warn: note, error: note }, "web-api");
  house.slack.fail("chat.postMessage", { dropConnection: true }, 1);
  const { patient } = slackClients(house.settings.slackApiUrl, undefined, logger)(house.secrets[0] ?? "");
  await patient.chat.postMessage({ channel: channelId, text: "hello" });
  expect(written).toEqual([expect.stringMatching(/^\{"from":"web-api".*http request failed/u)]);
  expect(lines().length).toBeGreaterThan(0);
});
