import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/config.ts";
import { startCliHarness, demoKey } from "./cli-harness.ts";

const pending = new Promise<void>(() => undefined);

describe("patchbay start", () => {
  it("exits with 1 and a message if the connection to Slack is permanently lost", async () => {
    const harness = await startCliHarness();
    const { exitCode, err } = await harness.run(["start"], {
      given: {
        start: async () => ({ stop: async () => true, lost: Promise.resolve() }),
        untilAskedToEnd: async () => pending,
      },
    });
    expect(exitCode).toBe(1);
    expect(err).toContain("no connection to Slack");
  });

  it("stops the server on request, and exits with 0 if all work finished", async () => {
    const harness = await startCliHarness();
    const steps: string[] = [];
    const start = async () => {
      steps.push("started");
      return { stop: async () => steps.push("stopped") > 0, lost: pending };
    };
    const { exitCode, err } = await harness.run(["start"], { given: { start } });
    expect({ exitCode, err, steps }).toEqual({ exitCode: 0, err: "", steps: ["started", "stopped"] });
  });

  it("exits with 1 if work did not finish in time", async () => {
    const harness = await startCliHarness();
    const { exitCode, err } = await harness.run(["start"], {
      given: { start: async () => ({ stop: async () => false, lost: pending }) },
    });
    expect(exitCode).toBe(1);
    expect(err).toContain("It is recorded");
  });

  it("exits at once if asked to during the start", async () => {
    const harness = await startCliHarness();
    const never = new Promise<never>(() => {});
    const { exitCode } = await harness.run(["start"], { given: { start: async () => never } });
    expect(exitCode).toBe(0);
  });

  it.each([
    ["settings", new ConfigError(["PORT is not a number"]), 2, "  - PORT is not a number"],
    [
      "a start fault in words",
      new Error("Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"),
      1,
      "invalid_auth",
    ],
    [
      "a port that is taken",
      Object.assign(new Error("listen EADDRINUSE: address already in use 0.0.0.0:3000"), {
        code: "EADDRINUSE",
      }),
      1,
      "set another PORT",
    ],
  ])("tells %s without a stack", async (_what, error, code, words) => {
    const harness = await startCliHarness();
    const given = {
      start: async () => Promise.reject(error),
      untilAskedToEnd: async () => new Promise<void>(() => {}),
    };
    const { exitCode, err } = await harness.run(["start"], { given });
    expect(exitCode).toBe(code);
    expect(err).toContain(words);
    expect(err).not.toMatch(/^ {4}at /mu);
  });

  it("reports a bug as a bug, with its stack", async () => {
    const harness = await startCliHarness();
    const given = {
      start: async () => Promise.reject(new TypeError("x is undefined")),
      untilAskedToEnd: async () => new Promise<void>(() => {}),
    };
    const { exitCode, err } = await harness.run(["start"], { given });
    expect(exitCode).toBe(1);
    expect(err).toMatch(/this is a bug[\s\S]*TypeError: x is undefined\n {4}at /u);
  });
});

describe("the command line", () => {
  it.each([
    [[]],
    [["start"]],
    [["connect"]],
    [["connections"]],
    [["connections", "test"]],
    [["connections", "remove"]],
    [["audit"]],
    [["doctor"]],
  ])("shows help with examples for %j", async (command) => {
    const harness = await startCliHarness();
    const { exitCode, out } = await harness.run([...command, "--help"]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/\nExamples?:\n {2}patchbay/u);
    expect(out).not.toContain(demoKey);
  });

  it("prints its version, and shows help for invalid input", async () => {
    const harness = await startCliHarness();
    expect(await harness.run(["--version"])).toEqual({ exitCode: 0, out: "1.2.3\n", err: "" });
    expect((await harness.run([])).err).toContain("Usage: patchbay");
    const unknown = await harness.run(["aduit"]);
    expect(unknown.exitCode).toBe(1);
    expect(unknown.err).toContain("Did you mean audit?");
  });
});
