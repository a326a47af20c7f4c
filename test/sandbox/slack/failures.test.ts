import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call, type Pair, startPair } from "./tiny-app.ts";

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(async () => {
  await pair.close();
});

describe("ordered failures", () => {
  it("cut a call that has no answer once they are cleared", async () => {
    const { sandbox } = pair;
    sandbox.fail("users.info", { hang: true });
    const waiting = call(sandbox, "users.info", { user: "U1" }).catch(String);
    await sandbox.eventually("the call", () => sandbox.calls.at(0));
    sandbox.clearFailures();
    expect(await waiting).toContain("fetch failed");
    expect(await call(sandbox, "users.info", { user: "U1" })).toMatchObject({ ok: true });
  });

  it("return Slack's error as often as requested, then stop", async () => {
    const { sandbox } = pair;
    sandbox.fail("users.info", { error: "fatal_error" }, 1);
    expect(await call(sandbox, "users.info", { user: "U1" })).toEqual({ ok: false, error: "fatal_error" });
    expect(await call(sandbox, "users.info", { user: "U1" })).toMatchObject({ ok: true });
    expect(sandbox.calls).toMatchObject([
      { method: "users.info", ok: false, error: "fatal_error", token: "xoxb-one", args: { user: "U1" } },
      { ok: true },
    ]);
  });

  it("limit the rate, fail as a server and drop connections until they are cleared", async () => {
    const { sandbox } = pair;
    const post = (): Promise<Response> => fetch(`${sandbox.apiUrl}auth.test`, { method: "POST" });
    sandbox.fail("*", { retryAfter: 30 }, 1);
    sandbox.fail("auth.test", { status: 503 }, 1);
    expect((await post()).status).toBe(503);
    const limited = await post();
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "30"]);
    sandbox.fail("auth.test", { dropConnection: true });
    await expect(post()).rejects.toThrow("fetch failed");
    sandbox.clearFailures();
    expect((await post()).status).toBe(200);
  });

  it("leave a caller without a response, also at a response_url", async () => {
    const { sandbox, app } = pair;
    app.command("/number", async ({ ack }) => ack());
    const { payload } = await sandbox.as("T1", "U1").command("x");
    sandbox.fail("response_url", { hang: true });
    const caller = new AbortController();
    const waiting = fetch(String(payload["response_url"]), {
      method: "POST",
      body: "{}",
      signal: caller.signal,
    });
    const left = waiting.catch(String);
    const made = await sandbox.eventually("the call", () =>
      sandbox.calls.find(({ method }) => method === "response_url"),
    );
    expect(made).toMatchObject({ error: "no answer" });
    caller.abort();
    expect(await left).toContain("aborted");
  });
});

describe("eventually", () => {
  it("returns the value once it exists", async () => {
    let looks = 0;
    const found = await pair.sandbox.eventually("a third look", () => (looks += 1) > 2 && "here");
    expect(found).toBe("here");
  });
});
