import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readConfig, secretSettings, settingNames } from "../../src/config.ts";
import { faultsOf, key, oneWorkspace } from "./config-faults.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchbay-secrets-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const { CREDENTIAL_KEYS: keys, ...withoutKeys } = oneWorkspace;

it("reads each secret from a file, and removes line breaks, quotes and byte order marks around it", () => {
  for (const content of [
    keys,
    `${keys}\n`,
    `${keys}\r\n\r\n`,
    `"${keys}"\n`,
    ` '${keys}' `,
    `\u{FEFF}${keys}\n`,
  ]) {
    const path = file("keys", content);
    for (const written of [path, `"${path}"`, `${path}\n`])
      expect(readConfig({ ...withoutKeys, CREDENTIAL_KEYS_FILE: written }, "slack")).toEqual(
        readConfig(oneWorkspace, "slack"),
      );
  }
});

it("reads keys on several lines, and a database's URL", () => {
  const two = file("two", `k2:${key},\nk1:${key}\n`);
  const url = file("url", "postgres://patchbay:secret@127.0.0.1/patchbay\n");
  const settings = readConfig({ ...withoutKeys, CREDENTIAL_KEYS_FILE: two, DATABASE_URL_FILE: url }, "slack");
  expect(settings.credentialKeys.map(({ id }) => id)).toEqual(["k2", "k1"]);
  expect(settings.postgres).toBeDefined();
});

it("says once what is wrong with several keys of a file", () => {
  expect(faultsOf({ ...withoutKeys, CREDENTIAL_KEYS_FILE: file("keys", "one,two,three\n") })).toEqual([
    "CREDENTIAL_KEYS is not of the form id:base64[,id:base64]",
  ]);
});

it("takes an empty name of a file as none", () => {
  expect(faultsOf({ ...oneWorkspace, CREDENTIAL_KEYS_FILE: " " })).toEqual([]);
});

it("checks what it read like any other value, without quoting it", () => {
  const [fault, ...others] = faultsOf({
    ...withoutKeys,
    CREDENTIAL_KEYS: "",
    CREDENTIAL_KEYS_FILE: file("keys", "hunter2"),
  });
  expect([fault, others]).toEqual(["CREDENTIAL_KEYS is not of the form id:base64[,id:base64]", []]);
});

it.each([
  ["names a file that does not exist", () => join(folder, "gone")],
  ["names a file that does not exist", () => join(file("plain", "x"), "below")],
  ["names a folder, not a file", () => folder],
  ["names an empty file", () => file("empty", "\n \n")],
  ["names a file of more than 64 KB, too long for a secret", () => file("long", "x".repeat(65_537))],
  ["names a file that is not UTF-8 text", () => file("utf16", Buffer.from("\u{FEFF}k1:abc", "utf16le"))],
  ["names something that is no ordinary file", () => pipe()],
])("reports once that the setting %s", (fault, path) => {
  const faults = faultsOf({ ...withoutKeys, CREDENTIAL_KEYS_FILE: path() });
  expect(faults).toEqual([`CREDENTIAL_KEYS_FILE ${fault}`]);
  expect(faults.join("")).not.toContain(folder);
});

it("reports a file of Slack's next to every other fault, and not as missing", () => {
  const faults = faultsOf({ SLACK_BOT_TOKEN_FILE: join(folder, "gone"), PORT: "x", CREDENTIAL_KEYS: keys });
  expect(faults).toEqual([
    "SLACK_BOT_TOKEN_FILE names a file that does not exist",
    "PORT is not a number",
    "SLACK_SIGNING_SECRET is missing (or SLACK_APP_TOKEN for Socket Mode)",
  ]);
});

it("reports a file that this user may not read", ({ skip }) => {
  if (process.getuid?.() === 0) skip("root may read every file");
  const path = file("private", keys);
  execFileSync("chmod", ["000", path]);
  expect(faultsOf({ ...withoutKeys, CREDENTIAL_KEYS_FILE: path })).toEqual([
    "CREDENTIAL_KEYS_FILE names a file that this user may not read",
  ]);
});

it("refuses a secret that is set and in a file", () => {
  expect(faultsOf({ ...oneWorkspace, CREDENTIAL_KEYS_FILE: file("keys", keys) })).toEqual([
    "CREDENTIAL_KEYS and CREDENTIAL_KEYS_FILE cannot both be set",
  ]);
});

it("covers every setting that holds a secret", () => {
  const secret = settingNames.filter((name) => /SECRET|TOKEN|HEADERS|KEYS$|DATABASE.*_URL/u.test(name));
  expect(secret.filter((name) => !secretSettings.includes(name))).toEqual([]);
});

function pipe(): string {
  mkdirSync(join(folder, "pipes"));
  const path = join(folder, "pipes", "one");
  execFileSync("mkfifo", [path]);
  return path;
}
