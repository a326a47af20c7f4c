import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { credentialSeal } from "../../../src/store/crypto/seal.ts";
import { testSeal } from "../support.ts";

const place = ["connection", "T1", "con_1"];
const subject = { owner: 'the connection "Prod"', remedy: "Enter it again." };

test("decrypts what it encrypted, in the same place", () => {
  const seal = testSeal("k1");
  expect(seal.open(seal.seal("sk-ключ-🔑", place), place, subject)).toBe("sk-ключ-🔑");
  expect(seal.open(seal.seal("", place), place, subject)).toBe("");
});

test("encrypts the same text differently each time", () => {
  const seal = testSeal("k1");
  expect(seal.seal("text", place).sealed).not.toEqual(seal.seal("text", place).sealed);
});

test("encrypts with the newest key and decrypts with any", () => {
  const old = testSeal("k1").seal("text", place);
  const rotated = testSeal("k2", "k1");
  expect(rotated.open(old, place, subject)).toBe("text");
  expect(rotated.seal("text", place).keyId).toBe("k2");
});

test("does not decrypt without the key, and says whose secret it is and what to do", () => {
  const sealed = testSeal("k1").seal("sk-secret", place);
  const open = () => testSeal("k2").open(sealed, place, subject);
  expect(open).toThrow(
    expect.objectContaining({
      code: "not_connected",
      message:
        'The stored secret of the connection "Prod" cannot be opened with this server\'s CREDENTIAL_KEYS: ' +
        'the key "k1" that sealed it is not among them. Enter it again.',
    }),
  );
});

test("does not decrypt with another key of the same id", () => {
  const sealed = credentialSeal([{ id: "k1", key: randomBytes(32) }]).seal("sk-secret", place);
  expect(() => testSeal("k1").open(sealed, place, subject)).toThrow('the key "k1" does not open it');
});

test.each([
  ["another workspace", ["connection", "T2", "con_1"]],
  ["another row", ["connection", "T1", "con_2"]],
  ["another use", ["installation", "T1", "con_1"]],
  ["parts cut elsewhere", ["connection", "T", "1con_1"]],
  ["parts joined", ["connection", 'T1","con_1']],
  ["one part more", [...place, ""]],
])("does not open in another place: %s", (_, elsewhere) => {
  const seal = testSeal("k1");
  expect(() => seal.open(seal.seal("text", place), elsewhere, subject)).toThrow("does not open it");
});

test("does not decrypt if any single bit was changed", () => {
  const seal = testSeal("k1");
  const { keyId, sealed } = seal.seal("text", place);
  for (let byte = 0; byte < sealed.length; byte += 1) {
    const changed = Uint8Array.from(sealed, (value, index) => (index === byte ? value ^ 1 : value));
    expect(() => seal.open({ keyId, sealed: changed }, place, subject)).toThrow(
      expect.objectContaining({ code: "not_connected" }),
    );
  }
});

test("does not decrypt a truncated text", () => {
  const seal = testSeal("k1");
  const { keyId, sealed } = seal.seal("text", place);
  for (let length = 0; length < sealed.length; length += 1) {
    expect(() => seal.open({ keyId, sealed: sealed.subarray(0, length) }, place, subject)).toThrow(
      expect.objectContaining({ code: "not_connected" }),
    );
  }
});

test("is refused without a key, with a short one, or with two of the same id", () => {
  expect(() => credentialSeal([])).toThrow("no key");
  expect(() => credentialSeal([{ id: "k1", key: randomBytes(16) }])).toThrow("not 32 bytes");
  const key = randomBytes(32);
  expect(() => credentialSeal([key, key].map((each) => ({ id: "k1", key: each })))).toThrow(
    "two credential keys",
  );
});
