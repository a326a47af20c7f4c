import { chownSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { places, startAppAndCli, type AppAndCli } from "./app-and-cli.ts";

const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);
const detach = ["number", "detach", "0152", "--yes"];

/** Standard output that is full, and what is on standard error. */
function fullOutput() {
  const said: string[] = [];
  const out = (): never => {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  return { said, given: { out: { out, err: (text: string) => void said.push(text), isTTY: false } } };
}

/** An outcome that nobody knows: the vendor made it and did not answer, and cannot be read. */
function nobodyKnows(system: AppAndCli): void {
  const { cartesia } = system.app.vendors;
  cartesia.fault({ kind: "drop-after" }, { on: "write" });
  cartesia.fault(
    { kind: "status", status: 503 },
    { on: ({ method }) => method === "GET" && updates(system).length > 0 },
  );
}

describe.each(places)("a command, run by %s", (place) => {
  it.each([
    ["full", true],
    ["a pipe that somebody has closed", false],
  ])("says on standard error that nobody knows, with 4, if its output is %s", async (_what, throws) => {
    const system = await startAppAndCli(place);
    nobodyKnows(system);
    const { said, given } = fullOutput();
    const out = throws ? given.out : { ...given.out, out: () => undefined, arrived: async () => false };
    const { exitCode } = await system.cli.run(detach, { given: { out } });
    const err = said.join("");
    expect(exitCode).toBe(4);
    expect(err).toMatch(/^Unknown whether Roadside .* was changed\./mu);
    expect(err).toMatch(/^Its outcome will be in the history: chg_\w{12}$/mu);
    expect(updates(system)).toHaveLength(1);
  });

  it.each([
    ["a freeze", ["freeze", "0152", "--because", "we migrate"], /^Roadside .* is frozen by cli:ops/mu],
    ["an incident", ["incident", "start", "INC-7"], /^INC-7 is open\.$/mu],
    [
      "a token, and how to revoke it",
      ["tokens", "make", "ci", "--scope", "read"],
      /^Made the token ci .* could not print it\. Revoke it: patchbay tokens revoke tok_/mu,
    ],
    [
      "a webhook, and how to get another secret",
      ["webhooks", "add", "https://hooks.example.com/x"],
      /^Patchbay could not print the secret\. For another one: patchbay webhooks rotate whk_/mu,
    ],
  ])("says on standard error what it has made, if its output is full: %s", async (_what, args, words) => {
    const system = await startAppAndCli(place);
    const { said, given } = fullOutput();
    expect((await system.cli.run(args, { given })).exitCode).toBe(1);
    expect(said.join("")).toMatch(words);
    expect(said.join("")).toContain("The disk is full.");
    expect(said.join("")).not.toMatch(/pbt_\w|whsec_/u);
  });

  it("cuts the table of a list to a terminal of 60 columns, and prints nothing wider", async () => {
    const system = await startAppAndCli(place);
    let out = "";
    const narrow = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      isTTY: true,
      columns: 60,
    };
    await system.cli.run(["number", "list"], { given: { out: narrow } });
    const lines = out.split("\n").filter((line) => line !== "");
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => Array.from(line).length > 60)).toEqual([]);
  });
});

it.runIf(process.getuid?.() === 0)(
  "is refused to root alone on a database of another user, whose server could not use what root leaves",
  async () => {
    const system = await startAppAndCli("the command itself");
    const path = system.cli.environment["DATABASE_PATH"] ?? "";
    chownSync(path, 1234, 1234);
    const before = (await system.app.audit()).length;
    const { exitCode, out, err } = await system.run(detach);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(err).toContain(
      `${path} belongs to user 1234. Run this command as that user: sudo -u '#1234' patchbay …`,
    );
    expect(updates(system)).toEqual([]);
    expect(await system.app.audit()).toHaveLength(before);
    chownSync(path, 0, 0);
    expect((await system.run(detach)).exitCode).toBe(0);
  },
);
