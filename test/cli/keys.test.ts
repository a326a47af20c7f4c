import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { startCliHarness } from "./cli-harness.ts";

const newKey = (): string => `k2:${randomBytes(32).toString("base64")}`;

test("shows which keys are in use, re-encrypts with the newest, and says when the old one can be removed", async () => {
  const harness = await startCliHarness();
  await harness.connect("Prod");
  const { CREDENTIAL_KEYS: oldKey = "" } = harness.environment;
  harness.environment["CREDENTIAL_KEYS"] = `${newKey()},${oldKey}`;

  const before = await harness.run(["keys"]);
  expect(before.out).toMatch(/k1 +2 +decrypts/u);
  expect(before.out).toContain("2 encrypted with k1: run `patchbay keys rotate`");
  expect((await harness.run(["doctor"])).out).toContain("2 encrypted with k1: run `patchbay keys rotate`");

  const rotated = await harness.run(["keys", "rotate"]);
  expect(rotated).toMatchObject({ exitCode: 0, err: "" });
  expect(rotated.out).toContain("2 re-encrypted from k1 to k2");
  expect(rotated.out).toContain("k1 is no longer needed here; only older backups need it");

  harness.environment["CREDENTIAL_KEYS"] = harness.environment["CREDENTIAL_KEYS"].split(",")[0] ?? "";
  expect((await harness.run(["connections", "test", "Prod", "--workspace", "T0DESK001"])).exitCode).toBe(0);
  expect((await harness.run(["audit", "--workspace", "T0DESK001", "--json"])).out).toContain(
    "secret.resealed",
  );
  expect((await harness.run(["keys", "rotate"])).out).not.toContain("k1");
});

test("exits with 1 and names secrets that no key can decrypt", async () => {
  const harness = await startCliHarness();
  await harness.connect("Prod");
  harness.environment["CREDENTIAL_KEYS"] = newKey();
  const rotated = await harness.run(["keys", "rotate"]);
  expect(rotated.exitCode).toBe(1);
  expect(rotated.err).toMatch(
    /the connection con_\w+ of T0DESK001 cannot be decrypted: its key k1 is missing/u,
  );
  expect(rotated.out).toContain("put k1 back into CREDENTIAL_KEYS, or enter these secrets again");
});
