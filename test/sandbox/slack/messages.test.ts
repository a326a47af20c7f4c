import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call, isRecord, type Pair, startPair, workspace } from "./tiny-app.ts";

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(async () => {
  await pair.close();
});

const plain = (text: string): object => ({ type: "plain_text", text });
const button = (action_id: string, value: string): object => ({
  type: "button",
  action_id,
  value,
  text: plain(value),
});
const buttons = (...elements: object[]): object[] => [{ type: "actions", block_id: "b", elements }];

describe("messages", () => {
  it("reach a channel only if the bot is a member", async () => {
    const { sandbox } = pair;
    const post = (channel: string): Promise<Record<string, unknown>> =>
      call(sandbox, "chat.postMessage", { channel, text: "hello" });
    expect(await post("C1")).toEqual({ ok: false, error: "not_in_channel" });
    expect(await post("C3")).toEqual({ ok: false, error: "channel_not_found" });
    expect(await post("C000000001")).toEqual({ ok: false, error: "channel_not_found" });
    expect(await post("C2")).toMatchObject({ ok: true, channel: "C2", message: { user: "UBOT" } });
    expect(sandbox.messages("C2")).toMatchObject([{ text: "hello", channelId: "C2", user: "UBOT" }]);
    await call(sandbox, "conversations.join", { channel: "C1" });
    expect(await post("C1")).toMatchObject({ ok: true });
  });

  it("show their updates, and disappear when deleted", async () => {
    const { sandbox } = pair;
    const posted = await call(sandbox, "chat.postMessage", {
      channel: "C2",
      text: "before",
      blocks: buttons(button("a", "x")),
    });
    const { ts } = posted;
    await call(sandbox, "chat.update", { channel: "C2", ts, text: "after" });
    expect(sandbox.messages("C2")).toMatchObject([{ ts, text: "after", blocks: [], replaced: true }]);
    await call(sandbox, "chat.delete", { channel: "C2", ts });
    expect(sandbox.messages("C2")).toEqual([]);
  });

  it("reach one person as ephemeral or direct messages", async () => {
    const { sandbox } = pair;
    const only = { channel: "C2", user: "U2", text: "for you" };
    expect(await call(sandbox, "chat.postEphemeral", only)).toMatchObject({ ok: true });
    expect(await call(sandbox, "chat.postEphemeral", { ...only, channel: "C1" })).toMatchObject({
      error: "not_in_channel",
    });
    await call(sandbox, "chat.postMessage", { channel: "U2", text: "in private" });
    const opened = await call(sandbox, "conversations.open", { users: "U2" });
    const channel = isRecord(opened["channel"]) && opened["channel"]["id"];
    await call(sandbox, "chat.postMessage", { channel, text: "again" });
    expect(sandbox.ephemerals("U2").map(({ text }) => text)).toEqual(["for you"]);
    expect(sandbox.ephemerals("U1")).toEqual([]);
    expect(sandbox.directMessages("U2").map(({ text }) => text)).toEqual(["in private", "again"]);
    expect(sandbox.messages("C2")).toEqual([]);
  });

  it("for one person are shown in a thread only if that has replies", async () => {
    const { sandbox } = pair;
    const { ts } = await call(sandbox, "chat.postMessage", { channel: "C2", text: "begin" });
    const ask = async (text: string): Promise<unknown> =>
      call(sandbox, "chat.postEphemeral", { channel: "C2", user: "U2", thread_ts: ts, text });
    expect(await ask("too early")).toMatchObject({ ok: true });
    await call(sandbox, "chat.postMessage", { channel: "C2", thread_ts: ts, text: "reply" });
    expect(await ask("for you")).toMatchObject({ ok: true });
    expect(sandbox.ephemerals("U2").map(({ text }) => text)).toEqual(["for you"]);
  });

  it("have buttons whose response_url replaces or deletes them", async () => {
    const { sandbox, app } = pair;
    app.action("replace", async ({ ack, respond }) => {
      await ack();
      await respond({ replace_original: true, text: "replaced" });
    });
    app.action("delete", async ({ ack, respond }) => {
      await ack();
      await respond({ delete_original: true });
    });
    const blocks = buttons(button("replace", "one"), button("delete", "two"));
    await call(sandbox, "chat.postMessage", { channel: "C2", text: "press", blocks });
    await call(sandbox, "chat.postEphemeral", { channel: "C2", user: "U2", text: "press", blocks });
    const [message] = sandbox.messages("C2");
    const [ephemeral] = sandbox.ephemerals("U2");
    if (message === undefined || ephemeral === undefined) throw new Error("nothing was posted");
    const person = sandbox.as("T1", "U2");
    const first = await person.click("rep", { in: message });
    expect(first.payload).toMatchObject({
      container: { type: "message", channel_id: "C2", is_ephemeral: false },
      message: { text: "press" },
      actions: [{ action_id: "replace", block_id: "b", value: "one" }],
    });
    const second = await person.click("delete", { in: ephemeral, value: "two" });
    expect(second.payload).not.toHaveProperty("message");
    await sandbox.eventually("both", () => sandbox.ephemerals("U2").length === 0);
    await sandbox.eventually("both", () => sandbox.messages("C2")[0]?.replaced);
    expect(sandbox.messages("C2")).toMatchObject([{ text: "replaced" }]);
    await expect(person.click("delete", { in: ephemeral })).rejects.toThrow("no longer there");
  });

  it("show the other organization when one of its members clicks", async () => {
    const { sandbox, app } = pair;
    app.action("look", async ({ ack }) => ack());
    const blocks = buttons(button("look", "one"));
    await call(sandbox, "chat.postMessage", { channel: "C2", text: "press", blocks });
    const [message] = sandbox.messages("C2");
    const delivery = await sandbox.as("T1", "UFAR").click("look", { in: message ?? "view" });
    expect(delivery.payload).toMatchObject({
      team: { id: "TFAR" },
      user: { id: "UFAR", team_id: "TFAR" },
    });
    const { payload } = delivery;
    const view = { type: "modal", title: plain("Theirs"), blocks: [{ type: "divider" }] };
    await call(sandbox, "views.open", { trigger_id: payload["trigger_id"], view });
    expect(sandbox.as("T1", "UFAR").view()).toMatchObject({
      team_id: "TFAR",
      app_installed_team_id: "T1",
    });
  });
});

describe("people", () => {
  it("can be distinguished by users.info", async () => {
    const { sandbox } = pair;
    const info = async (user: string): Promise<unknown> =>
      (await call(sandbox, "users.info", { user }))["user"];
    expect(await info("U1")).toMatchObject({ id: "U1", team_id: "T1", is_admin: true, is_owner: false });
    expect(await info("U2")).toMatchObject({ is_admin: false, tz: "America/New_York", is_bot: false });
    expect(await info("UGUEST")).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    expect(await info("UGONE")).toMatchObject({ deleted: true });
    expect(await info("UFAR")).toMatchObject({ team_id: "TFAR", is_stranger: true });
    expect(await info("UBOT")).toMatchObject({ is_bot: true });
    expect(await call(sandbox, "users.info", { user: "UNO" })).toEqual({
      ok: false,
      error: "user_not_found",
    });
  });

  it("belong to one workspace, whose token works for no other", async () => {
    const other = workspace({ teamId: "T2", botToken: "xoxb-two", enterpriseId: "E2", users: [] });
    const two = await startPair({ workspaces: [workspace(), other] });
    const test = (token: string): Promise<Record<string, unknown>> =>
      call(two.sandbox, "auth.test", {}, token);
    expect(await test("xoxb-one")).toMatchObject({ team_id: "T1", user_id: "UBOT", bot_id: "BBOT" });
    expect(await test("xoxb-two")).toMatchObject({ team_id: "T2", enterprise_id: "E2" });
    expect(await test("xoxb-three")).toEqual({ ok: false, error: "invalid_auth" });
    expect(await call(two.sandbox, "users.info", { user: "U1" }, "xoxb-two")).toMatchObject({
      error: "user_not_found",
    });
    await two.close();
  });

  it("are in user groups, which need their own scope", async () => {
    const userGroups = [
      { id: "S1", name: "On call", handle: "oncall", users: ["U1", "U2"] },
      { id: "S2", name: "Old", handle: "old", users: ["U1"], disabled: true },
    ];
    const grouped = await startPair({ workspaces: [workspace({ userGroups })] });
    const bare = await call(grouped.sandbox, "usergroups.list", {});
    expect(bare).toMatchObject({ ok: true, usergroups: [{ id: "S1", handle: "oncall", user_count: 2 }] });
    expect(JSON.stringify(bare)).not.toContain("U1");
    const full = await call(grouped.sandbox, "usergroups.list", {
      include_users: true,
      include_disabled: true,
    });
    expect(full).toMatchObject({ usergroups: [{ users: ["U1", "U2"] }, { id: "S2", users: ["U1"] }] });
    await grouped.close();
    const strict = await startPair({ workspaces: [workspace({ userGroups, scopes: ["users:read"] })] });
    expect(await call(strict.sandbox, "usergroups.list", {})).toMatchObject({ error: "missing_scope" });
    await strict.close();
  });

  it("are hidden from a token without the scope", async () => {
    const strict = await startPair({ workspaces: [workspace({ scopes: ["commands", "chat:write"] })] });
    expect(await call(strict.sandbox, "users.info", { user: "U1" })).toMatchObject({
      error: "missing_scope",
    });
    expect(await call(strict.sandbox, "chat.postMessage", { channel: "U1", text: "x" })).toMatchObject({
      ok: true,
    });
    await strict.close();
  });
});
