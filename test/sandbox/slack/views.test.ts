import type { types } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { visibleText } from "../../../src/sandbox/slack/index.ts";
import { form, input, number, opened, plain, reason } from "./forms.ts";
import { call, isRecord, type Pair, startPair, workspace } from "./tiny-app.ts";

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(async () => {
  await pair.close();
});

describe("a trigger", () => {
  it("opens one form, and only before it expires", async () => {
    const { sandbox, app } = pair;
    app.command("/number", async ({ ack }) => ack());
    const old = await sandbox.as("T1", "U1").command("x", { triggerAgeMs: 3100 });
    const fresh = await sandbox.as("T1", "U1").command("x");
    const open = (trigger_id: unknown): Promise<Record<string, unknown>> =>
      call(sandbox, "views.open", { trigger_id, view: form(reason) });
    expect(await open(old.payload["trigger_id"])).toEqual({ ok: false, error: "expired_trigger_id" });
    expect(await open(fresh.payload["trigger_id"])).toMatchObject({ ok: true, view: { team_id: "T1" } });
    expect(await open(fresh.payload["trigger_id"])).toEqual({ ok: false, error: "exchanged_trigger_id" });
    expect(await open("made up")).toEqual({ ok: false, error: "invalid_trigger_id" });
    expect(sandbox.calls.map(({ error }) => error)).toEqual([
      "expired_trigger_id",
      undefined,
      "exchanged_trigger_id",
      "invalid_trigger_id",
    ]);
  });
});

describe("an open form", () => {
  it("keeps typed text only if the block and action ids stay the same", async () => {
    const { sandbox } = pair;
    const person = sandbox.as("T1", "U1");
    await opened(pair, form(reason, input("name", { type: "plain_text_input", initial_value: "main" })));
    await person.fill("reason", "nonsense");
    const before = person.view();
    const view = form(
      input("reason", { type: "plain_text_input", initial_value: "ignored" }),
      input("name:2", { type: "plain_text_input", action_id: "name", initial_value: "second" }),
    );
    await call(sandbox, "views.update", { view_id: before?.id, hash: before?.hash, view });
    expect(person.view()?.state.values).toEqual({
      reason: { reason: { type: "plain_text_input", value: "nonsense" } },
      "name:2": { name: { type: "plain_text_input", value: "second" } },
    });
    expect(person.view()?.private_metadata).toBe("U1 stays as it is");
  });

  it("refuses an update of an old version, and any update after it is closed", async () => {
    const { sandbox, app } = pair;
    const closed: unknown[] = [];
    app.view({ callback_id: "form", type: "view_closed" }, async ({ ack, body }) => {
      closed.push("is_cleared" in body && body.is_cleared);
      await ack();
    });
    await opened(pair, form(reason));
    const view_id = sandbox.as("T1", "U1").view()?.id;
    const update = { view_id, hash: "1.2", view: form(reason) };
    expect(await call(sandbox, "views.update", update)).toEqual({ ok: false, error: "hash_conflict" });
    await sandbox.as("T1", "U1").close();
    expect(await call(sandbox, "views.update", { view_id, view: form(reason) })).toEqual({
      ok: false,
      error: "not_found",
    });
    expect(closed).toEqual([false]);
    expect(sandbox.as("T1", "U1").view()).toBeUndefined();
  });

  it("stacks three deep, even after some were closed", async () => {
    const { sandbox, app } = pair;
    const button: types.Button = { type: "button", action_id: "more", text: plain("More") };
    const stacked = form({ type: "actions", elements: [button] });
    const errors: unknown[] = [];
    app.view({ callback_id: "form", type: "view_closed" }, async ({ ack }) => ack());
    app.action("more", async ({ ack, body }) => {
      await ack();
      const { trigger_id } = isRecord(body) ? body : {};
      errors.push((await call(sandbox, "views.push", { trigger_id, view: stacked }))["error"]);
    });
    await opened(pair, stacked);
    const person = sandbox.as("T1", "U1");
    const clickAndWait = async (): Promise<void> => {
      const before = errors.length;
      await person.click("more");
      await sandbox.eventually("the push", () => errors.length > before);
    };
    for (let depth = 0; depth < 3; depth += 1) await clickAndWait();
    expect(errors).toEqual([undefined, undefined, "push_limit_reached"]);
    await person.close();
    await clickAndWait();
    expect(errors.at(-1)).toBeUndefined();
    expect(person.view()?.["previous_view_id"]).toBeTruthy();
  });

  it("requests options without its state, and reports a choice immediately if it should", async () => {
    const { sandbox, app } = pair;
    const bodies: unknown[] = [];
    app.options("number", async ({ ack, options }) => {
      bodies.push(options);
      await ack({ options: [{ text: plain(`Main ${options.value}`), value: "n1" }] });
    });
    app.action("number", async ({ ack }) => ack());
    await opened(pair, form(number, reason));
    const person = sandbox.as("T1", "U1");
    const [option] = await person.options("number", "ma");
    expect(option).toEqual({ text: "Main ma", value: "n1" });
    expect(bodies).toMatchObject([{ type: "block_suggestion", view: { callback_id: "form" } }]);
    expect(bodies).not.toHaveProperty("0.view.state");
    const delivery = await person.choose("number", { text: "Main ma", value: "n1" });
    expect(delivery?.payload).toMatchObject({
      type: "block_actions",
      actions: [{ action_id: "number", selected_option: { value: "n1" } }],
      view: { state: { values: { number: { number: { selected_option: { value: "n1" } } } } } },
    });
    expect(await person.fillByLabel("The reason", "it rings")).toBeUndefined();
  });

  it("shows an empty list if the app's options exceed the limits", async () => {
    const { sandbox, app } = pair;
    app.options("number", async ({ ack }) => ack({ options: [{ text: plain("x".repeat(76)), value: "n" }] }));
    await opened(pair, form(number));
    expect(await sandbox.as("T1", "U1").options("number", "x")).toEqual([]);
    expect(sandbox.deliveries.at(-1)?.problem).toContain("options refused");
  });
});

describe("the home tab", () => {
  it("shows what was published, with its buttons", async () => {
    const { sandbox, app } = pair;
    const section: types.SectionBlock = { type: "section", text: plain("Your numbers") };
    const list: types.Button = { type: "button", action_id: "list:1", text: plain("List") };
    const view: types.HomeView = { type: "home", blocks: [section, { type: "actions", elements: [list] }] };
    app.event("app_home_opened", async ({ client, event }) => {
      await client.views.publish({ user_id: event.user, view });
    });
    app.action(/^list/u, async ({ ack }) => ack());
    await sandbox.as("T1", "U2").openHome();
    const home = await sandbox.eventually("a home tab", () => sandbox.home("T1", "U2"));
    expect(visibleText(home)).toContain("Your numbers");
    const delivery = await sandbox.as("T1", "U2").click("list", { in: "home" });
    expect(delivery.payload).toMatchObject({ container: { type: "view" }, view: { type: "home" } });
  });
});

describe("a form of an org-wide install", () => {
  it("names the organization that the app is installed in", async () => {
    const org = await startPair({ workspaces: [workspace({ enterpriseId: "E1", orgInstall: true })] });
    await opened(org, form(reason));
    expect(org.sandbox.as("T1", "U1").view()).toMatchObject({
      team_id: "T1",
      app_installed_team_id: "E1",
    });
    await org.close();
  });
});
