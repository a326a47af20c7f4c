import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Pair, startPair, workspace } from "./tiny-app.ts";

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(async () => {
  await pair.close();
});

function post(url: unknown): Promise<Response> {
  return fetch(String(url), { method: "POST", body: JSON.stringify({ text: "again" }) });
}

describe("slash commands", () => {
  it("reach a Bolt app as a signed form, and only the person sees the acknowledgement", async () => {
    const { sandbox, app } = pair;
    app.command("/number", async ({ ack, command }) => ack(`heard ${command.text}`));
    const delivery = await sandbox.as("T1", "U1").command("list");
    expect(delivery).toMatchObject({ kind: "command", status: 200 });
    expect(delivery.payload).toMatchObject({
      team_id: "T1",
      channel_id: "C1",
      channel_name: "on-call",
      user_id: "U1",
      command: "/number",
      text: "list",
      is_enterprise_install: "false",
      api_app_id: "A0SANDBOX01",
    });
    expect(delivery.tookMs).toBe(delivery.ackedAtMs - delivery.atMs);
    expect(sandbox.ephemerals("U1").map(({ text }) => text)).toEqual(["heard list"]);
    expect(sandbox.messages("C1")).toEqual([]);
  });

  it("can be answered through a response_url in a channel without the bot", async () => {
    const { sandbox, app } = pair;
    app.command("/number", async ({ ack, respond }) => {
      await ack();
      await respond({ response_type: "in_channel", text: "done" });
    });
    await sandbox.as("T1", "U1").command("x");
    const [message] = await sandbox.eventually("an answer", () => {
      const seen = sandbox.messages("C1");
      return seen.length > 0 && seen;
    });
    expect(message).toMatchObject({ text: "done", user: "UBOT" });
    expect(sandbox.calls.map(({ method, ok }) => [method, ok])).toEqual([["response_url", true]]);
  });

  it("allow five uses of a response_url, and none after half an hour", async () => {
    const { sandbox, app } = pair;
    app.command("/number", async ({ ack }) => ack());
    const { payload } = await sandbox.as("T1", "U1").command("x");
    const statuses: number[] = [];
    for (let use = 0; use < 6; use += 1) statuses.push((await post(payload["response_url"])).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    const second = await sandbox.as("T1", "U1").command("x");
    sandbox.expireResponseUrls();
    const late = await post(second.payload["response_url"]);
    expect([late.status, await late.json()]).toEqual([404, { ok: false, error: "expired_url" }]);
  });

  it("time out without an acknowledgement, and fail if the app does not know them", async () => {
    const slow = await startPair({ ackTimeoutMs: 50 });
    slow.app.command("/number", async () => Promise.resolve());
    const delivery = await slow.sandbox.as("T1", "U1").command("x");
    expect(delivery).toMatchObject({ status: 0, problem: "operation_timeout" });
    slow.sandbox.connect("http://localhost:1/slack/events");
    expect((await slow.sandbox.as("T1", "U1").command("x")).problem).toBe("dispatch_failed");
    await slow.close();
  });

  it("are unavailable to people of other organizations", async () => {
    await expect(pair.sandbox.as("T1", "UFAR").command("x")).rejects.toThrow("another organization");
  });

  it("report an org-wide installation as a string", async () => {
    const org = await startPair({ workspaces: [workspace({ enterpriseId: "E1", orgInstall: true })] });
    org.app.command("/number", async ({ ack }) => ack());
    org.app.shortcut("look", async ({ ack }) => ack());
    const person = org.sandbox.as("T1", "U1");
    expect((await person.command("x")).payload).toMatchObject({
      team_id: "T1",
      enterprise_id: "E1",
      is_enterprise_install: "true",
    });
    expect((await person.globalShortcut("look")).payload).toMatchObject({
      team: null,
      enterprise: { id: "E1" },
      is_enterprise_install: true,
    });
    await org.close();
  });
});

describe("raw requests", () => {
  const body = "command=%2Fnumber&team_id=T1&user_id=U1&text=x";

  it("are accepted with a valid signature and refused if forged or stale", async () => {
    const { sandbox, app } = pair;
    app.command("/number", async ({ ack }) => ack("ok"));
    const stale = Math.floor(Date.now() / 1000) - 600;
    expect((await sandbox.rawRequest(body)).status).toBe(200);
    expect((await sandbox.rawRequest(body, { signature: "v0=00" })).status).toBe(401);
    expect((await sandbox.rawRequest(body, { timestamp: stale })).status).toBe(401);
    expect((await sandbox.rawRequest(body, { path: "/elsewhere" })).status).toBe(404);
  });
});

describe("events and shortcuts", () => {
  it("arrive with an id and authorizations, even when redelivered", async () => {
    const { sandbox, app } = pair;
    const heard: string[] = [];
    app.event("app_home_opened", async ({ event, body }) => {
      heard.push(`${event.user} ${body.event_id}`);
      return Promise.resolve();
    });
    const first = await sandbox.as("T1", "U2").openHome();
    await sandbox.redeliver(first);
    expect(first).toMatchObject({
      kind: "event",
      status: 200,
      payload: { team_id: "T1", authorizations: [{ team_id: "T1", is_bot: true }] },
    });
    const line = `U2 ${String(first.payload["event_id"])}`;
    await sandbox.eventually("both", () => heard.length === 2);
    expect(heard).toEqual([line, line]);
  });

  it("contain the message of a message shortcut", async () => {
    const { sandbox, app } = pair;
    const texts: (string | undefined)[] = [];
    app.shortcut({ callback_id: "find", type: "message_action" }, async ({ ack, shortcut, respond }) => {
      texts.push(shortcut.message.text);
      await ack();
      await respond("found");
    });
    const message = { channelId: "C2", ts: "1.000001", text: "+14155550100 is down" };
    await sandbox.as("T1", "U1").messageShortcut("find", message);
    await sandbox.eventually("the answer", () => sandbox.ephemerals("U1").length === 1);
    expect(texts).toEqual(["+14155550100 is down"]);
  });
});
