import { describe, expect, it } from "vitest";
import { readConfig, ConfigError } from "../../src/config.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { faultsOf, key, oneWorkspace } from "./config-faults.ts";

describe("settings", () => {
  it("have defaults for everything optional", () => {
    expect(readConfig(oneWorkspace, "slack")).toMatchObject({
      slackApiUrl: "https://slack.com/api/",
      host: "0.0.0.0",
      port: 3000,
      databasePath: "./data/patchbay.db",
      vendorUrls: {
        dialnexa: "https://api.dialnexa.com",
        oneinbox: "https://api.oneinbox.ai",
        speechify: "https://api.speechify.ai",
        cartesia: "https://api.cartesia.ai",
      },
      vendorTimeoutMs: 10_000,
      logLevel: "info",
    });
  });

  it("treat an empty value as absent", () => {
    expect(readConfig({ ...oneWorkspace, PORT: "", HOST: "  " }, "slack")).toMatchObject({
      port: 3000,
      host: "0.0.0.0",
    });
    expect(faultsOf({ ...oneWorkspace, SLACK_BOT_TOKEN: "" })).toHaveLength(1);
  });

  it("name every fault at once", () => {
    const faults = faultsOf({
      PORT: "70000",
      LOG_LEVEL: "loud",
      CARTESIA_API_URL: "ftp://example.com",
      VENDOR_TIMEOUT_MS: "soon",
      CREDENTIAL_KEYS: "k1:short",
    });
    for (const name of ["PORT", "LOG_LEVEL", "CARTESIA_API_URL", "VENDOR_TIMEOUT_MS", "CREDENTIAL_KEYS"])
      expect(faults.filter((fault) => fault.startsWith(`${name} `))).toHaveLength(1);
    expect(faults.join("\n")).toMatch(/SLACK_SIGNING_SECRET is missing[\s\S]*SLACK_BOT_TOKEN is missing/u);
  });

  it("quote no secret in an error", () => {
    const secret = "hunter2hunter2";
    const env = {
      SLACK_BOT_TOKEN: secret,
      SLACK_APP_TOKEN: secret,
      SLACK_CLIENT_SECRET: secret,
      SLACK_STATE_SECRET: secret.slice(0, 9),
      CREDENTIAL_KEYS: `k1:${secret},${secret}`,
    };
    const faults = faultsOf(env);
    expect(faults.length).toBeGreaterThan(3);
    expect(new ConfigError(faults).message).not.toContain(secret.slice(0, 9));
  });

  // C3
  const values = {
    SLACK_SIGNING_SECRET: "0123456789abcdef",
    SLACK_BOT_TOKEN: "xoxb-1",
    CREDENTIAL_KEYS: `k2:${key},k1:${Buffer.alloc(32, 8).toString("base64")}`,
    SLACK_API_URL: "https://slack.example.com/api",
    HOST: "127.0.0.1",
    PORT: "8080",
    METRICS_TOKEN: "0123456789abcdef",
    DATABASE_PATH: "/data/patch bay.db",
    AUDIT_SIGNING_KEY_PATH: "/keys/audit.pem",
    CARTESIA_API_URL: "https://cartesia.example.com",
    VENDOR_TIMEOUT_MS: "5000",
    LOG_LEVEL: "debug",
  };
  it.each([
    ["a line break behind them", (value: string) => `${value}\r\n`],
    ["blanks around them", (value: string) => ` \t${value} `],
    ["double quotes around them", (value: string) => `"${value}"`],
    ["single quotes and a line break around them", (value: string) => `'${value}'\n`],
    ["a line break within their quotes", (value: string) => `"${value}\n"`],
    ["a byte order mark before them", (value: string) => `\uFEFF${value}`],
  ])("are the same with %s", (_what, around) => {
    const surrounded = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, around(value)]),
    );
    expect(readConfig(surrounded, "slack")).toEqual(readConfig(values, "slack"));
  });

  // C3
  it("accept a byte order mark before the first name, and credential keys that are each quoted or wrapped", () => {
    const [first, second] = values.CREDENTIAL_KEYS.split(",");
    const env = {
      "\uFEFFSLACK_SIGNING_SECRET": "shh",
      SLACK_BOT_TOKEN: "xoxb-1",
      CREDENTIAL_KEYS: `"${first?.slice(0, 20)}\n${first?.slice(20)}",\n'${second}',\n`,
    };
    const { slack, credentialKeys } = readConfig(env, "slack");
    expect(slack?.signingSecret).toBe("shh");
    expect(credentialKeys).toEqual(readConfig(values, "slack").credentialKeys);
  });

  // C3
  it.each(Object.entries(values))(
    "report %s if it contains a line break or an unmatched quote",
    (name, value) => {
      const faults = faultsOf({ ...values, [name]: `"${value}` });
      expect(faults).toContainEqual(expect.stringMatching(new RegExp(`^${name} `, "u")));
      if (name === "CREDENTIAL_KEYS") return;
      const broken = faultsOf({ ...values, [name]: `${value.slice(0, 2)}\n${value.slice(2)}` });
      expect(broken).toContainEqual(expect.stringMatching(new RegExp(`^${name} `, "u")));
    },
  );

  // A20
  it("listen only on this machine in Socket Mode by default", () => {
    const socket = { ...oneWorkspace, SLACK_APP_TOKEN: "xapp-1" };
    expect(readConfig(socket, "slack").host).toBe("127.0.0.1");
    expect(readConfig({ ...socket, HOST: "0.0.0.0" }, "slack").host).toBe("0.0.0.0");
  });

  // A20
  it.each(["SLACK_API_URL", ...vendorIds.map((id) => `${id.toUpperCase()}_API_URL`)])(
    "refuse %s over http on another machine, for every command",
    (name) => {
      for (const host of ["api.example.com", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com"])
        for (const needs of ["slack", "database"] as const)
          expect(faultsOf({ ...oneWorkspace, [name]: `http://${host}` }, needs)).toEqual([
            expect.stringContaining(`${name} is http:// on another machine`),
          ]);
      for (const url of [
        "https://api.example.com",
        "http://localhost:80",
        "http://127.0.0.1:1",
        "http://[::1]:1",
      ])
        expect(faultsOf({ ...oneWorkspace, [name]: url })).toEqual([]);
    },
  );

  // A20
  it("refuse a user name, a password, a query or a fragment in an API's address, and quote none", () => {
    for (const rest of ["user:hunter22@", "user@"])
      for (const scheme of ["https://", "http://"]) {
        const faults = faultsOf({ ...oneWorkspace, CARTESIA_API_URL: `${scheme}${rest}localhost` });
        expect(faults).toEqual([expect.stringContaining("CARTESIA_API_URL has a user name, a password")]);
        expect(faults.join()).not.toContain("hunter22");
      }
    for (const rest of ["?key=1", "/api?", "#v1"])
      expect(faultsOf({ ...oneWorkspace, SLACK_API_URL: `https://slack.example.com${rest}` })).toHaveLength(
        1,
      );
  });

  // C3
  it("accept an IPv6 address in brackets, and no other notation of a number", () => {
    expect(readConfig({ ...oneWorkspace, HOST: "[::1]" }, "slack").host).toBe("::1");
    for (const PORT of ["0x1f90", "8e3", "Infinity", "8_080"])
      expect(faultsOf({ ...oneWorkspace, PORT })).toEqual(["PORT is not a number"]);
  });

  it("accept one workspace or many, not both and not a partial OAuth setup", () => {
    const many = { SLACK_CLIENT_ID: "1", SLACK_CLIENT_SECRET: "2", SLACK_STATE_SECRET: "3".repeat(16) };
    const base = { SLACK_SIGNING_SECRET: "shh", CREDENTIAL_KEYS: `k1:${key}` };
    expect(faultsOf({ ...base, ...many })).toEqual([]);
    expect(faultsOf({ ...oneWorkspace, ...many })).toEqual([expect.stringContaining("cannot both be set")]);
    expect(faultsOf({ ...base, SLACK_CLIENT_ID: "1" })).toEqual([
      "SLACK_CLIENT_SECRET is missing",
      "SLACK_STATE_SECRET is missing",
    ]);
  });

  it("need no signing secret in Socket Mode", () => {
    const { SLACK_SIGNING_SECRET: _, ...rest } = oneWorkspace;
    expect(faultsOf({ ...rest, SLACK_APP_TOKEN: "xapp-1" })).toEqual([]);
    expect(faultsOf(rest)).toEqual([expect.stringContaining("SLACK_SIGNING_SECRET")]);
  });

  it("leave Slack out for commands that need only the database", () => {
    expect(readConfig({ CREDENTIAL_KEYS: `k1:${key}` }, "database").slack).toBeUndefined();
  });

  it("read credential keys newest first", () => {
    const { credentialKeys } = readConfig({ CREDENTIAL_KEYS: `k2:${key}, k1:${key}` }, "database");
    expect(credentialKeys.map(({ id }) => id)).toEqual(["k2", "k1"]);
    expect(credentialKeys[0]?.key.byteLength).toBe(32);
  });

  it("refuse two credential keys with one id, by name", () => {
    expect(faultsOf({ CREDENTIAL_KEYS: `k1:${key},k1:${key}` }, "database")).toEqual([
      "CREDENTIAL_KEYS has two keys with the id “k1”",
    ]);
  });
});
