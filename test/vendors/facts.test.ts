import { expect, it } from "vitest";
import { snapshot } from "../../src/domain/numbers/change.ts";
import { cachedAccount } from "../../src/vendors/cache/cached-account.ts";
import { factsOf } from "../../src/vendors/facts.ts";
import { vendors } from "../../src/vendors/index.ts";
import { demoAccount, startVendorSandbox } from "../../src/sandbox/vendors/index.ts";

const marker = "hunter2-51d07be9c3";

/** Fields that would be secret, in every place where a vendor might send them. */
const secrets = {
  auth_token: marker,
  twilioAuthToken: marker,
  credentials: { password: marker },
  inbound_trunk_id: `sip:user:${marker}@trunk.example`,
  trunk_id: `https://user:${marker}@trunk.example/?key=${marker}`,
  livekit_phone_number_id: { secret: marker },
};

const created = new Date("2026-03-02T09:00:00.000Z");

const someTime: unknown = expect.any(Date);

const expected = {
  dialnexa: { source: "Twilio", status: "active", createdAt: created },
  oneinbox: { source: "Twilio", status: "active", createdAt: created },
  speechify: { source: "Twilio", capabilities: ["takes calls", "makes calls"], createdAt: created },
  cartesia: { source: "Twilio (US)", createdAt: created },
  retell: { source: "Twilio, through Retell", updatedAt: someTime },
  vapi: { source: "Twilio", status: "active", createdAt: created, updatedAt: someTime },
  elevenlabs: { source: "Twilio", capabilities: ["takes calls", "makes calls"] },
};

const opened = async (id: keyof typeof expected) => {
  const seed = demoAccount(id);
  const sandbox = await startVendorSandbox(id, { accounts: [seed] });
  const numberId = seed.numbers[0]?.id ?? "";
  const account = vendors[id].open({ api_key: seed.key }, { baseUrl: sandbox.url, timeoutMs: 5000 });
  return { sandbox, numberId, account };
};

// The vendors whose facts this file lists.
const ids = ["dialnexa", "oneinbox", "speechify", "cartesia", "retell", "vapi", "elevenlabs"] as const;

it.each(ids)("shows what %s says of a number that is read alone, and no secrets", async (id) => {
  const { sandbox, numberId, account } = await opened(id);
  try {
    const { provider } = sandbox.number(numberId) ?? {};
    const nested = typeof provider === "object" ? { provider: { ...provider, auth_token: marker } } : {};
    sandbox.changeNumber(numberId, { ...secrets, ...nested });
    const number = await account.getNumber(numberId);
    expect(number.facts).toMatchObject(expected[id]);
    expect(number.facts?.trunk).toBeUndefined();
    expect(sandbox.number(numberId)).toMatchObject({ auth_token: marker });
    expect(JSON.stringify(number)).not.toContain(marker);
    expect(JSON.stringify(snapshot(number))).not.toMatch(/facts|twilio/u);
  } finally {
    await sandbox.close();
  }
});

it.each(ids)("keeps the facts of %s out of lists, even after a single read", async (id) => {
  const { sandbox, numberId, account } = await opened(id);
  try {
    const cached = cachedAccount(account, {
      now: Date.now,
      monotonicMs: () => performance.now(),
      onRefreshFailed: (error) => {
        throw error;
      },
    });
    expect((await cached.listNumbers()).every((number) => !("facts" in number))).toBe(true);
    sandbox.editNumber(numberId, { name: "Another name" });
    expect((await cached.getNumber(numberId)).facts).toBeDefined();
    const again = (await cached.listNumbers()).find((number) => number.id === numberId);
    expect(again).toMatchObject({ name: "Another name" });
    expect(again).not.toHaveProperty("facts");
  } finally {
    await sandbox.close();
  }
});

it("takes cost, country, type and capabilities from DialNexa's other format", async () => {
  const { sandbox, account } = await opened("dialnexa");
  try {
    expect((await account.getNumber("phn_m6q3wd8ka7tf")).facts).toMatchObject({
      type: "local",
      capabilities: ["voice"],
      country: "GB",
      monthlyCost: "$1.15",
    });
  } finally {
    await sandbox.close();
  }
});

it("leaves out everything that is not a plain word or a time", () => {
  const nothing = Object.fromEntries(
    [
      "source",
      "type",
      "capabilities",
      "country",
      "monthlyCost",
      "status",
      "trunk",
      "createdAt",
      "updatedAt",
    ].map((name) => [name, undefined]),
  );
  for (const odd of [
    null,
    1.5,
    true,
    {},
    [],
    "",
    "a@b",
    "<!channel>",
    "x".repeat(65),
    "two\nlines",
    "a?b=c",
  ]) {
    const all = { source: odd, capabilities: odd, trunk: odd };
    expect(factsOf(all)).toEqual(nothing);
  }
  expect(factsOf({ capabilities: ["voice", { key: "x" }, "a@b", "sms"] }).capabilities).toEqual([
    "voice",
    "sms",
  ]);
  expect(factsOf({ createdAt: "yesterday", updatedAt: Number.NaN })).toEqual(nothing);
  expect(factsOf({ updatedAt: 1_772_442_000_000 }).updatedAt).toEqual(created);
});
