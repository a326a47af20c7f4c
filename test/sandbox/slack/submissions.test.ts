import type { ViewResponseAction } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { visibleText } from "../../../src/sandbox/slack/index.ts";
import { form, input, opened, plain, reason } from "./forms.ts";
import { type Pair, startPair } from "./tiny-app.ts";

let pair: Pair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(async () => {
  await pair.close();
});

describe("a submission", () => {
  it("contains the state, and follows the acknowledgement", async () => {
    const { sandbox, app } = pair;
    const answers: (ViewResponseAction | undefined)[] = [
      { response_action: "errors", errors: { reason: "Say more" } },
      { response_action: "errors", errors: { nowhere: "x" } },
      { response_action: "update", view: form() },
      { response_action: "update", view: form({ type: "section", text: plain("Working…") }, reason) },
      undefined,
    ];
    app.view("form", async ({ ack }) => ack(answers.shift()));
    await opened(pair, form(reason));
    const person = sandbox.as("T1", "U1");
    expect((await person.submit()).errors).toEqual({ reason: "Please complete this required field." });
    expect(sandbox.deliveries.filter(({ kind }) => kind === "interaction")).toEqual([]);
    await person.fill("reason", "x");
    const first = await person.submit();
    expect(first.errors).toEqual({ reason: "Say more" });
    expect(first.delivery.payload).toMatchObject({
      type: "view_submission",
      response_urls: [],
      team: { id: "T1" },
      user: { team_id: "T1" },
      enterprise: null,
      is_enterprise_install: false,
      view: { app_installed_team_id: "T1", state: { values: { reason: { reason: { value: "x" } } } } },
    });
    expect((await person.submit()).trouble).toContain("nowhere is no input of this view");
    expect((await person.submit()).trouble).toContain("invalid_arguments");
    await person.submit();
    expect(visibleText(person.view())).toContain("Working…");
    await person.submit();
    expect(person.view()).toBeUndefined();
  });

  it("applies an acknowledged update before the call that follows it", async () => {
    const { sandbox, app } = pair;
    app.view("form", async ({ ack, client, view }) => {
      await ack({ response_action: "update", view: form({ type: "section", text: plain("Working…") }) });
      await client.views.update({ view_id: view.id, view: form({ type: "section", text: plain("Done") }) });
    });
    await opened(pair, form(input("reason", { type: "plain_text_input" }, { optional: true })));
    await sandbox.as("T1", "U1").submit();
    await sandbox.eventually("the result", () => visibleText(sandbox.as("T1", "U1").view()).includes("Done"));
    expect(sandbox.calls.at(-1)).toMatchObject({ method: "views.update", ok: true });
  });

  it("fails if no response arrives in time", async () => {
    const slow = await startPair({ ackTimeoutMs: 300 });
    slow.app.view("form", async () => Promise.resolve());
    await opened(slow, form(reason));
    await slow.sandbox.as("T1", "U1").fill("reason", "x");
    expect((await slow.sandbox.as("T1", "U1").submit()).trouble).toContain("operation_timeout");
    expect(slow.sandbox.as("T1", "U1").view()).toBeDefined();
    await slow.close();
  });
});
