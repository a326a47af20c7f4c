import { describe, expect, it } from "vitest";
import { startCliHarness, demoKey, workspace } from "./cli-harness.ts";

const line = ["connect", "--workspace", workspace, "--vendor", "cartesia", "--name", "Cartesia prod"];

describe("patchbay connect", () => {
  it("stores a key that the vendor accepts, and prints name and fingerprint but never the key", async () => {
    const harness = await startCliHarness();
    const { exitCode, out, err } = await harness.run(line, { types: [demoKey] });
    expect(exitCode).toBe(0);
    const { store } = harness.infra();
    const [connection] = await store.workspace(workspace).connections.list();
    expect(out).toContain(`Connected Cartesia prod (cartesia) in ${workspace}`);
    expect(out).toContain(connection?.fingerprint);
    expect(await store.workspace(workspace).connections.credentials(connection?.id ?? "")).toEqual({
      api_key: demoKey,
    });
    expect(out + err).not.toContain(demoKey);
  });

  it("is recorded with the system user", async () => {
    const harness = await startCliHarness();
    await harness.run(line, { types: [demoKey] });
    const [entry] = await harness.infra().store.workspace(workspace).audit.entries({ limit: 10 });
    expect(entry).toMatchObject({ kind: "connection.added", actor: { kind: "cli", osUser: "ops" } });
    expect(JSON.stringify(entry)).not.toContain(demoKey);
  });

  it("stores nothing if the vendor rejects the key, and reports that with the entry's id", async () => {
    const harness = await startCliHarness();
    const { exitCode, out, err } = await harness.run(line, { types: ["sk_car_not_the_key"] });
    expect(exitCode).toBe(1);
    expect(out).toBe("");
    expect(err).toContain("Nothing was changed.");
    expect(err).not.toContain("sk_car_not_the_key");
    const { connections: vault, audit } = harness.infra().store.workspace(workspace);
    expect(await vault.list()).toEqual([]);
    const [entry] = await audit.entries({ limit: 1 });
    expect(entry).toMatchObject({ outcome: "refused", problem: { code: "credentials_rejected" } });
    expect(err).toContain(entry?.requestId);
  });

  // A20
  it("sends no request to the vendor if there are too many connections", async () => {
    const harness = await startCliHarness();
    const { connections: vault } = harness.infra().store.workspace(workspace);
    const credentials = { api_key: demoKey };
    for (let n = 0; n < 50; n += 1) await vault.add({ vendor: "cartesia", name: `prod ${n}`, credentials });
    const { exitCode, err } = await harness.run(line, { types: [demoKey] });
    expect(exitCode).toBe(1);
    expect(err).toMatch(/50 connections[\s\S]*Nothing was/u);
    expect(harness.vendor.requests).toEqual([]);
    expect(await vault.list()).toHaveLength(50);
  });

  it("sends no request to the vendor without a key", async () => {
    const harness = await startCliHarness();
    const { exitCode, err } = await harness.run(line);
    expect(exitCode).toBe(1);
    expect(err).toContain("Standard input was empty");
    expect(harness.vendor.requests).toEqual([]);
  });

  it("does not echo an invalid key", async () => {
    const harness = await startCliHarness();
    const { exitCode, err } = await harness.run(line, { types: ["two words here"] });
    expect(exitCode).toBe(1);
    expect(err).toContain("does not look like a key for Cartesia");
    expect(err).not.toContain("two words");
  });

  it("refuses a second connection with the same name", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    const { exitCode, err } = await harness.connect("PROD");
    expect(exitCode).toBe(1);
    expect(err).toContain("A connection called PROD already exists");
  });

  it("points out an unknown workspace", async () => {
    const harness = await startCliHarness();
    expect((await harness.connect("first")).err).toContain(`did not know the workspace ${workspace} before`);
    expect((await harness.connect("second")).err).toBe("");
  });

  it("reports invalid options", async () => {
    const harness = await startCliHarness();
    const wrong = await harness.run(["connect", "-w", "general", "--vendor", "cartesia", "--name", "x"]);
    expect(wrong.exitCode).toBe(1);
    expect(wrong.err).toContain("It looks like T0123ABCD");
    const vendor = await harness.run(["connect", "-w", workspace, "--vendor", "twilio", "--name", "x"]);
    expect(vendor.err).toContain("dialnexa, oneinbox, speechify, cartesia");
    expect((await harness.run(["connect"])).err).toContain("--workspace");
    // A13
    for (const args of [["sk_live_9"], ["connect", "--key=sk_live_9"], ["connect", "--vendor", "sk_live_9"]])
      expect((await harness.run(args)).err).not.toContain("sk_live_9");
  });
});
