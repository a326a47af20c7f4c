import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { logger } from "../../../src/logger.ts";
import { boltLogger } from "../../../src/slack/context/bolt-logger.ts";
import { press, sendCommand, sendInteraction, submission } from "../../support/forged-requests.ts";
import { formSays, person, toldAlone } from "../../support/screen.ts";

const typed = "sk_car_LIVE_9f8e7d6c";

describe("the log of a running server", () => {
  let harness: Harness;
  let logged: string;
  beforeEach(async () => {
    logged = "";
    harness = await startHarness({
      connected: ["cartesia"],
      environment: { LOG_LEVEL: "info" },
      logTo: { write: (text) => (logged += text) },
    });
  });
  afterEach(async () => harness.close());

  // A13
  it.each([
    [typed, "Unknown command"],
    [`freeze ${typed} because x`, "No number and no connection is called"],
    [`undo ${typed}`, "is neither a change nor a number"],
    [`incident end ${typed}`, "There is no incident"],
    [`freeze all until ${typed} because x`, "Nothing was changed"],
  ])("has the problem and not what was typed in %s", async (line, words) => {
    const omar = person(harness, "U0OPER001");
    await omar.command(line, { channelId: "C0INCID01" });
    if (line.startsWith("undo")) await formSays(harness, omar, words);
    else await toldAlone(harness, "U0OPER001", words);
    await harness.stopApp();
    expect(logged).toContain('"msg":"request"');
    expect(logged.toLowerCase()).not.toContain(typed.toLowerCase());
  });

  // A13
  it("contains nothing typed in any line, form or menu, even if it is accepted", async () => {
    const from = { userId: "U0ADMIN01", teamId: "T0PATCH01" };
    const mark = "MARK9f8e7d6c";
    const vendor = harness.connections.cartesia?.id ?? "";
    for (const line of [
      `reassign Roadside to ${mark} because ${mark}`,
      `reassign Roadside to Dispatch until ${mark}`,
      `rename Roadside to ${mark}`,
      `edit Roadside ${mark}`,
      `list ${mark}`,
      `show ${mark}`,
      `history ${mark}`,
      `freeze Roadside because ${mark}`,
      `unfreeze ${mark}`,
      `protect ${mark}`,
      `unprotect connection ${mark}`,
      `incident start ${mark}-1 ${mark}`,
      `incident revert ${mark}-2`,
      `help ${mark}`,
    ])
      await sendCommand(harness, from, line);
    for (const callbackId of [
      "rename",
      "edit",
      "restore",
      "start_incident",
      "decline",
      "settings",
      "connect",
      mark,
    ])
      for (const metadata of [mark, { verb: "rename", from: {}, mark, connectionId: vendor }])
        await sendInteraction(
          harness,
          submission(from, {
            callbackId,
            metadata,
            values: { name: mark, reason: mark, api_key: mark, key: mark },
          }),
        );
    await harness.stopApp();
    expect(logged).toContain('"kind":"view_submission"');
    expect(logged).toContain('"kind":"command"');
    expect(
      logged
        .toLowerCase()
        .split("\n")
        .filter((line) => line.includes(mark.toLowerCase())),
    ).toEqual([]);
  });

  // A13
  it("contains nothing of a button's value that is not ours", async () => {
    const from = { userId: "U0OPER001", teamId: "T0PATCH01" };
    for (const action of ["open_form", "list:next", "undo", "history", "unfreeze", typed])
      await sendInteraction(harness, press(from, action, typed));
    await harness.stopApp();
    expect(logged).toContain('"problem":"invalid_input"');
    expect(logged).not.toContain(typed);
  });

  // A13
  it("contains nothing of what a vendor says about a value", async () => {
    const body = { error: { message: `no such agent ${typed}` }, message: `no ${typed}`, detail: typed };
    harness.vendors.cartesia.fault({ kind: "status", status: 422, body });
    await person(harness, "U0OPER001").command("show Roadside", { channelId: "C0INCID01" });
    await harness.slack.eventually("an answer", () => harness.slack.ephemerals("U0OPER001")[0]);
    await harness.stopApp();
    expect(logged).not.toContain(typed);
  });
});

describe("an error in the log", () => {
  const lineOf = (error: unknown): string => {
    let line = "";
    logger("info", { write: (text) => (line += text) }).warn({ err: error }, "not done");
    return line;
  };
  const thrown = (act: () => unknown): unknown => {
    try {
      return act();
    } catch (error) {
      return error;
    }
  };

  // A13
  it.each([
    ["a Problem", new Problem("invalid_input", `Unknown command ${typed}.`, { field: "verb" })],
    ["its cause", new Error("not read", { cause: new Problem("not_found", typed) })],
    ["bad JSON", thrown(() => JSON.parse(typed))],
    ["a schema", thrown(() => z.strictObject({}).parse({ [typed]: 1 }))],
    ["a date", thrown(() => new Intl.DateTimeFormat("en", { timeZone: typed }))],
    ["an argument", Object.assign(new TypeError(`Received '${typed}'`), { code: "ERR_INVALID_ARG_VALUE" })],
  ])("has no words of %s", (_what, error) => {
    expect(error).toBeInstanceOf(Error);
    expect(lineOf(error)).not.toContain(typed);
    expect(lineOf(error)).toContain("log-content.test.ts");
  });

  it("keeps the code and field of a Problem, and the codes of the system and Slack", () => {
    const problem = new Problem("invalid_input", "No.", { field: "verb" });
    expect(JSON.parse(lineOf(problem))).toMatchObject({ err: { problem: "invalid_input", field: "verb" } });
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" });
    expect(lineOf(refused)).toContain("connect ECONNREFUSED 127.0.0.1:9");
  });

  // A13
  it("has no message of an error from Bolt", () => {
    let line = "";
    boltLogger(logger("info", { write: (text) => (line += text) })).error(
      new Problem("invalid_input", typed),
    );
    expect(line).toContain("invalid_input");
    expect(line).not.toContain(typed);
  });
});
