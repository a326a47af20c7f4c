import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readConfig, secretFiles } from "../../src/config.ts";
import { startCliHarness, demoKey, manifestPath, workspace } from "./cli-harness.ts";

const newKeys = (): string => `k2:${randomBytes(32).toString("base64")}`;

describe("patchbay doctor", () => {
  it("prints a line with ok for each passed check", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    const { exitCode, out, err } = await harness.run(["doctor"]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out.trimEnd().split("\n")).toEqual([
      "ok    settings: complete",
      "ok    database: opens, schema is up to date, is writable",
      "ok    credential keys: all can be decrypted: 2 encrypted with k1, the newest.",
      `ok    connection, ${workspace} prod (cartesia): healthy, and its key works`,
      "ok    manifest: matches the code",
      "ok    Slack token: belongs to Desk (T0DESK001)",
    ]);
  });

  // O17
  it("warns about files that others on this machine can read, without failing", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    const path = harness.environment["DATABASE_PATH"] ?? "";
    const dotenv = `${path}.env`;
    const signingKey = `${path}.another-key.pem`;
    for (const file of [dotenv, signingKey]) await writeFile(file, "");
    await chmod(dotenv, 0o644);
    await chmod(signingKey, 0o640);
    await chmod(path, 0o604);
    const given = { secretFiles: () => [dotenv, path, signingKey, `${path}.none`] };
    const { exitCode, out } = await harness.run(["doctor"], { given });
    expect(exitCode).toBe(0);
    for (const [file, mode] of [
      [dotenv, "0644"],
      [path, "0604"],
      [signingKey, "0640"],
    ] as const)
      expect(out).toContain(
        `warn  file ${file}: others on this machine can read it (mode ${mode}); run chmod 600 ${file}`,
      );
    for (const file of [dotenv, path, signingKey]) await chmod(file, 0o600);
    expect((await harness.run(["doctor"], { given })).out).not.toContain("warn");
  });

  // O17
  it("includes the settings, the database with its additional files and the signing key", async () => {
    const harness = await startCliHarness();
    const settings = readConfig(
      { ...harness.environment, AUDIT_SIGNING_KEY_PATH: "/keys/audit.pem" },
      "audit",
    );
    const path = harness.environment["DATABASE_PATH"] ?? "";
    expect(secretFiles(settings)).toEqual([
      ".env",
      path,
      `${path}-wal`,
      `${path}-shm`,
      `${path}.checkpoints.jsonl`,
      "/keys/audit.pem",
    ]);
  });

  it("checks the rest if settings are invalid, and names each fault", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    harness.environment["SLACK_SIGNING_SECRET"] = "";
    harness.environment["SLACK_BOT_TOKEN"] = "";
    const { exitCode, out } = await harness.run(["doctor"]);
    expect(exitCode).toBe(1);
    expect(out.match(/^FAIL {2}settings: /gmu)).toHaveLength(2);
    expect(out).toContain("ok    connection, ");
    expect(out).toContain("ok    manifest");
  });

  it("skips checks that need settings", async () => {
    const harness = await startCliHarness();
    harness.environment["CREDENTIAL_KEYS"] = "";
    const { exitCode, out } = await harness.run(["doctor"]);
    expect(exitCode).toBe(1);
    for (const about of ["database", "credential keys", "connections"])
      expect(out).toContain(`skip  ${about}: fix the settings first\n`);
    expect(out).toContain("ok    manifest");
  });

  it("reports a missing database, and creates none", async () => {
    const harness = await startCliHarness();
    const { exitCode, out } = await harness.run(["doctor"]);
    expect(exitCode).toBe(1);
    expect(out).toContain("FAIL  database: There is no database yet.");
    expect((await harness.run(["audit"])).exitCode).toBe(1);
  });

  it("reports once what is encrypted with a lost key", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    await harness.infra().installations.save("T0MANY001", { bot: {} }, new Date(0));
    harness.environment["CREDENTIAL_KEYS"] = newKeys();
    const { exitCode, out } = await harness.run(["doctor"]);
    expect(exitCode).toBe(1);
    expect(out).toContain("FAIL  credential keys, installation T0MANY001: ");
    expect(out).toContain(`FAIL  credential keys, ${workspace} prod (cartesia): `);
    expect(out).toContain(`skip  connection, ${workspace} prod (cartesia): its key cannot be decrypted`);
  });

  it("decrypts secrets of an older key that is still configured", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    harness.environment["CREDENTIAL_KEYS"] = `${newKeys()},${harness.environment["CREDENTIAL_KEYS"]}`;
    expect((await harness.run(["doctor"])).exitCode).toBe(0);
  });

  it("says that an account has its vendor's newer API, by its numbers as they were last read", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    const infra = harness.infra();
    const desk = infra.store.workspace(workspace);
    const [connection] = await desk.connections.list();
    if (!connection) throw new Error("there is no connection");
    const number = {
      id: "ap_1",
      e164: "+15125550107",
      name: null,
      agent: null,
      fields: {},
      isNewerApi: true,
    };
    await desk.inventory(connection).numbers.keep({ items: [number], at: new Date(), tookMs: 1 });
    const { out } = await harness.run(["doctor"]);
    expect(out).toContain("healthy, and its key works; the account has the vendor's newer API");
  });

  it("names a connection that does not respond, in one line without the key", async () => {
    const harness = await startCliHarness();
    await harness.connect("prod");
    harness.vendor.fault({
      kind: "status",
      status: 401,
      body: { message: `bad key ${demoKey}\n\u001b[31m` },
    });
    const { exitCode, out } = await harness.run(["doctor"]);
    expect(exitCode).toBe(1);
    expect(out).toContain(`FAIL  connection, ${workspace} prod (cartesia): Cartesia rejected the API key`);
    expect(out).not.toContain(demoKey);
    expect(out.trimEnd().split("\n")).toHaveLength(6);
  });

  it("compares the manifest with the code", async () => {
    const harness = await startCliHarness();
    const text = readFileSync(manifestPath, "utf8").replace("- users:read", "");
    const lost = await harness.run(["doctor"], { given: { manifestText: () => text } });
    expect(lost.exitCode).toBe(1);
    expect(lost.out).toContain("FAIL  manifest: the bot scope users:read is missing");
    const broken = await harness.run(["doctor"], { given: { manifestText: () => "a: [" } });
    expect(broken.out).toContain("FAIL  manifest: ");
  });

  it("says what is wrong with the Slack token", async () => {
    const harness = await startCliHarness();
    const owner = (scopes: string[]) => async () => ({ workspace: "Desk", scopes });
    const tokenLine = async (given: object): Promise<string | undefined> =>
      /^.*Slack token.*$/mu.exec((await harness.run(["doctor"], { given })).out)?.[0];
    expect(await tokenLine({ tokenOwner: owner(["commands", "chat:write"]) })).toContain(
      "FAIL  Slack token: lacks the scopes users:read",
    );
    expect(await tokenLine({ tokenOwner: owner(["commands", "chat:write", "users:read"]) })).toMatch(/^ok/u);
    expect(await tokenLine({ tokenOwner: async () => undefined })).toMatch(
      /^skip .*SLACK_BOT_TOKEN is not set/u,
    );
    const rejected = Object.assign(new Error("An API error occurred: invalid_auth"), {
      code: "slack_webapi_platform_error",
    });
    expect(await tokenLine({ tokenOwner: async () => Promise.reject(rejected) })).toMatch(
      /^FAIL .*invalid_auth\. Set the Bot User OAuth Token/u,
    );
  });
});
