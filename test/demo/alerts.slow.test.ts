import { afterAll, beforeAll, expect, it } from "vitest";
import { startDemoSession, type DemoSession } from "../../src/demo/page/demo-session.ts";
import { alertSources } from "../../src/domain/alerts/hook.ts";
import { textOf } from "../support/screen.ts";

let session: DemoSession;
beforeAll(async () => {
  session = await startDemoSession();
});
afterAll(async () => {
  await session.close();
});

const rowOf = async (source: string) =>
  (await session.inspectorData()).alerts.find((row) => row.source === source);
const says = async (...words: readonly string[]) =>
  session.harness.slack.eventually(`a message that says ${words.join(", ")}`, () =>
    session.harness.slack
      .messages("C0VOICE01")
      .findLast((message) => words.every((each) => textOf(message).includes(each))),
  );

it.each(alertSources)(
  "sends a signed alert of %s, which is proposed, a forged one, and its end",
  async (source) => {
    await session.sendAlert(source, "forged");
    expect(await rowOf(source)).toEqual({ source, isFiring: false, last: { act: "forged", status: 401 } });
    await session.sendAlert(source, "firing");
    expect(await rowOf(source)).toEqual({ source, isFiring: true, last: { act: "firing", status: 202 } });
    await says("Callers hear silence at Cartesia", "40 will be switched");
    await session.sendAlert(source, "resolved");
    expect(await rowOf(source)).toMatchObject({ isFiring: false, last: { status: 202 } });
    await says("The source says that it is over.");
  },
);

it("sends a storm, which is one message", async () => {
  const before = session.harness.slack.messages("C0VOICE01").length;
  await session.sendAlert("grafana", "storm");
  await session.harness.slack.eventually("a message about 200 alerts", () =>
    // With the one of before, if this test is not the first.
    session.harness.slack.messages("C0VOICE01").find((message) => /20[01] alerts/u.test(textOf(message))),
  );
  expect(session.harness.slack.messages("C0VOICE01").length - before).toBeLessThan(2);
});

it("says so if the app is stopped", async () => {
  await session.runApp(false);
  await expect(session.sendAlert("rootly", "firing")).rejects.toThrow("The app is stopped");
  await session.runApp(true);
});
