import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { builtProgram } from "../../support/run/built-program.ts";
import { quiet } from "../../support/words.ts";

/** Where bash sends the output of a command: a device that is always full, or a pipe that its reader has closed. */
const full = "> /dev/full";
const closed = "| true";

let app: Harness;
beforeEach(async () => {
  app = await startHarness({ connected: ["cartesia"], logTo: quiet, pause: async () => undefined });
  onTestFinished(async () => app.close());
});

const updates = () => app.vendors.cartesia.requests.filter(isUpdate);

/** Runs the program in a process, beside the server that carries its command out. */
async function patchbay(to: string, ...args: readonly string[]) {
  const { DATABASE_PATH: path = "" } = app.environment;
  const script = `set -o pipefail; "$@" ${to}`;
  const child = spawn("bash", ["-c", script, "bash", process.execPath, builtProgram(), ...args], {
    cwd: dirname(path),
    env: { ...app.environment, PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const exitCode = await new Promise((resolve) => {
    child.on("close", resolve);
  });
  return { exitCode, err };
}

// Each command is a process, possibly on a busy machine.
describe.runIf(existsSync("/dev/full"))("the built program", { timeout: 120_000 }, () => {
  it("says that the disk is full, and what it has changed nevertheless", async () => {
    const read = await patchbay(full, "number", "list");
    expect(read.exitCode).toBe(1);
    expect(read.err).toContain("The disk is full. Free some space");
    const changed = await patchbay(full, "number", "detach", "0152", "--yes");
    expect(changed.exitCode).toBe(1);
    expect(changed.err).toMatch(/^Detached Roadside /mu);
    expect(changed.err).toMatch(/^To undo it: patchbay number undo chg_\w{12}$/mu);
    expect(changed.err).toContain("The disk is full.");
    const frozen = await patchbay(full, "freeze", "0152", "--because", "we migrate");
    expect(frozen.exitCode).toBe(1);
    expect(frozen.err).toMatch(/^Roadside .* is frozen by cli:/mu);
    expect(updates()).toHaveLength(1);
  });

  it("ends quietly if nobody reads a list any more, and keeps the exit code and the words of a change", async () => {
    expect(await patchbay(closed, "number", "list")).toEqual({ exitCode: 0, err: "" });
    const changed = await patchbay(closed, "number", "reassign", "0152", "Dispatch", "--yes");
    expect(changed.exitCode).toBe(0);
    expect(updates()).toHaveLength(1);
    const { cartesia } = app.vendors;
    cartesia.fault({ kind: "drop-after" }, { on: "write" });
    cartesia.fault(
      { kind: "status", status: 503 },
      { on: ({ method }) => method === "GET" && updates().length > 1 },
    );
    const unknown = await patchbay(closed, "number", "detach", "0152", "--yes");
    expect(unknown.exitCode).toBe(4);
    expect(unknown.err).toMatch(/^Unknown whether Roadside .* was changed\./mu);
    expect(updates()).toHaveLength(2);
  });
});
