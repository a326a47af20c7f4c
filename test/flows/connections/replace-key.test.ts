import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { replaceKey } from "../../../src/operations/connections/connect-vendor.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { onRecord } from "../../support/record.ts";
import { person, toldAlone } from "../../support/screen.ts";

const nextKey = "sk_car_demo_next_key";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
});
afterEach(async () => {
  await harness.close();
});

it("lets a running request finish with the old key, and uses the new one from then on", async () => {
  harness.vendors.cartesia.addAccount({ ...demoAccount("cartesia"), key: nextKey });
  harness.vendors.cartesia.fault({ kind: "delay", ms: 400 }, { on: "read", times: 1 });
  await omar().command("show +12145550152");
  await harness.slack.eventually("the read under way", () => keysUsed().at(-1) === harness.keys.cartesia);
  await replace(nextKey);
  const entry = await onRecord(harness, { kind: "connection.replaced" });
  expect(entry.outcome).toBe("applied");
  await toldAlone(harness, "U0OPER001", "Roadside assistance answers");
  await omar().command("list");
  await toldAlone(harness, "U0OPER001", "numbers");
  expect(keysUsed().at(-1)).toBe(nextKey);
});

it("tests the new key before storing it: an invalid one leaves the old one in use", async () => {
  await expect(replace("sk_car_no_such_key")).rejects.toMatchObject({ code: "credentials_rejected" });
  await onRecord(harness, { kind: "connection.replaced", code: "credentials_rejected" });
  await omar().command("show +12145550152");
  await toldAlone(harness, "U0OPER001", "Roadside");
  expect(keysUsed().at(-1)).toBe(harness.keys.cartesia);
});

function omar() {
  return person(harness, "U0OPER001");
}

async function replace(key: string): Promise<unknown> {
  const ctx = harness.infra.contextFor("T0PATCH01", { kind: "cli", osUser: "ops" });
  return replaceKey(ctx, harness.connections.cartesia?.id ?? "", { api_key: key });
}

/** The keys of the requests so far, oldest first. */
function keysUsed(): readonly string[] {
  return harness.vendors.cartesia.requests.map(({ headers }) =>
    (headers["x-api-key"] ?? headers["authorization"] ?? "").replace(/^Bearer /u, ""),
  );
}
