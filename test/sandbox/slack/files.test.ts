import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call, type Pair, startPair, workspace } from "./tiny-app.ts";

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(async () => {
  await pair.close();
});

/** Announces a file and uploads these bytes. Returns its id and Slack's response to the upload. */
async function upload(content: string, length = content.length) {
  const announced = await call(pair.sandbox, "files.getUploadURLExternal", { filename: "a.md", length });
  expect(announced).toMatchObject({ ok: true });
  const { status } = await fetch(String(announced["upload_url"]), { method: "POST", body: content });
  return { id: String(announced["file_id"]), status };
}

describe("a file", () => {
  it("is shared in a thread after it is announced and uploaded", async () => {
    const { sandbox } = pair;
    const { ts } = await call(sandbox, "chat.postMessage", { channel: "C2", text: "begun" });
    const { id, status } = await upload("# Report");
    expect(status).toBe(200);
    const files = [{ id, title: "Report" }];
    const shared = await call(sandbox, "files.completeUploadExternal", {
      files,
      channel_id: "C2",
      thread_ts: ts,
    });
    expect(shared).toMatchObject({ ok: true, files: [{ id, title: "Report" }] });
    expect(sandbox.messages("C2").at(-1)).toMatchObject({
      threadTs: ts,
      files: [{ title: "Report", filename: "a.md", content: "# Report" }],
    });
  });

  it("is refused if its bytes differ from the announcement or were never uploaded", async () => {
    const { sandbox } = pair;
    const { id, status } = await upload("short", 99);
    expect(status).toBe(400);
    const complete = async (files: unknown) =>
      call(sandbox, "files.completeUploadExternal", { files, channel_id: "C2" });
    expect(await complete([{ id }])).toMatchObject({ ok: false, error: "file_not_found" });
    expect(await complete([])).toMatchObject({ ok: false, error: "invalid_arguments" });
  });

  it("is shared only in a channel with the bot, and only in an existing thread", async () => {
    const { sandbox } = pair;
    const { id } = await upload("x");
    const files = [{ id }];
    const complete = async (more: object) =>
      call(sandbox, "files.completeUploadExternal", { files, ...more });
    expect(await complete({ channel_id: "C1" })).toMatchObject({ error: "not_in_channel" });
    expect(await complete({ channel_id: "C2", thread_ts: "1.1" })).toMatchObject({
      error: "invalid_thread_ts",
    });
  });

  it("needs the scope", async () => {
    await pair.close();
    pair = await startPair({ workspaces: [workspace({ scopes: ["chat:write"] })] });
    const wanted = { filename: "a.md", length: 1 };
    expect(await call(pair.sandbox, "files.getUploadURLExternal", wanted)).toMatchObject({
      error: "missing_scope",
    });
  });
});
