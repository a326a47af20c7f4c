import { describe, expect, it } from "vitest";
import { startCliHarness, workspace } from "./cli-harness.ts";

describe("patchbay connections", () => {
  it("lists those of all workspaces as JSON lines into a pipe", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    await harness.connect("other", "T0OTHER01");
    const { exitCode, out } = await harness.run(["connections"]);
    expect(exitCode).toBe(0);
    const lines: object[] = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { workspace, vendor: "cartesia", name: "prod" },
      { workspace: "T0OTHER01", name: "other" },
    ]);
    expect(Object.keys(lines[0] ?? {})).toEqual(expect.arrayContaining(["id", "fingerprint", "createdAt"]));
  });

  it("lists one workspace as a table on a terminal, or as JSON on request", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    await harness.connect("other", "T0OTHER01");
    const { out } = await harness.run(["connections", "--workspace", workspace], { isTTY: true });
    expect(out).toMatch(
      /^WORKSPACE +ID +VENDOR +NAME +FINGERPRINT +CREATED\nT0DESK001 +con_\w+ +cartesia +prod/u,
    );
    expect(out).not.toContain("other");
    const json = await harness.run(["connections", "--workspace", workspace, "--json"], { isTTY: true });
    expect(JSON.parse(json.out)).toMatchObject({ name: "prod" });
  });

  it("does not let the name of a connection write to the terminal", async () => {
    const harness = await startCliHarness();
    const connected = await harness.connect("pro\u001b]0;owned\u0007d");
    const { out } = await harness.run(["connections"], { isTTY: true });
    const json = await harness.run(["connections", "--json"], { isTTY: true });
    for (const shown of [connected.out, out, json.out]) expect(shown.trimEnd()).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it("treats a missing database as a mistake, and creates none", async () => {
    const harness = await startCliHarness();
    for (const args of [["connections"], ["audit"]]) {
      const { exitCode, err } = await harness.run(args);
      expect({ exitCode, err }).toEqual({ exitCode: 1, err: "patchbay: There is no database yet.\n" });
    }
  });

  it("tests one by name or id with one read, and records that", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    const { connections: vault, audit } = harness.infra().store.workspace(workspace);
    const [connection] = await vault.list();
    const before = harness.vendor.requests.length;
    for (const named of ["PROD", connection?.id ?? ""]) {
      const { exitCode, out } = await harness.run(["connections", "test", named, "--workspace", workspace]);
      expect(exitCode).toBe(0);
      expect(out).toContain("prod (cartesia");
    }
    expect(harness.vendor.requests.length - before).toBe(2);
    expect((await audit.entries({ limit: 1 }))[0]).toMatchObject({
      kind: "connection.tested",
      outcome: "applied",
    });
  });

  it("says why a test failed", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    harness.vendor.fault({ kind: "status", status: 403 });
    const { exitCode, out, err } = await harness.run(["connections", "test", "prod", "-w", workspace]);
    expect(exitCode).toBe(1);
    expect(out).toBe("");
    expect(err).toMatch(/Cartesia/u);
  });

  it("suggests the closest name if there is no match, from the same workspace only", async () => {
    const harness = await startCliHarness();
    await harness.connect("Cartesia prod");
    const near = await harness.run(["connections", "test", "cartesia prd", "-w", workspace]);
    expect(near.exitCode).toBe(1);
    expect(near.err).toContain("Did you mean Cartesia prod?");
    const elsewhere = await harness.run([
      "connections",
      "remove",
      "Cartesia prod",
      "-w",
      "T0OTHER01",
      "--yes",
    ]);
    expect(elsewhere.exitCode).toBe(1);
    expect(elsewhere.err).toContain("it has none");
  });

  it("removes one after confirmation", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    const remove = ["connections", "remove", "prod", "-w", workspace];
    const { connections: vault } = harness.infra().store.workspace(workspace);
    const unasked = await harness.run(remove);
    expect(unasked.err).toContain("Run it again and answer y, or add --yes.");
    const declined = await harness.run(remove, { isTTY: true, types: ["n"] });
    expect(declined.exitCode).toBe(1);
    expect(await vault.list()).toHaveLength(1);
    const confirmed = await harness.run(remove, { isTTY: true, types: ["y"] });
    expect(confirmed.exitCode).toBe(0);
    expect(confirmed.out).toContain("Removed prod (cartesia");
    expect(await vault.list()).toEqual([]);
  });

  it("removes one without confirmation on request", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    const { exitCode } = await harness.run(["connections", "remove", "prod", "-w", workspace, "--yes"]);
    expect(exitCode).toBe(0);
    const [entry] = await harness.infra().store.workspace(workspace).audit.entries({ limit: 1 });
    expect(entry).toMatchObject({ kind: "connection.removed", actor: { kind: "cli", osUser: "ops" } });
  });
});
