import { afterAll, beforeAll, expect, it } from "vitest";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { vendorIds } from "../../../src/vendors/index.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, toldAlone } from "../../support/screen.ts";
import { quiet } from "../../support/words.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    connected: ["cartesia", "dialnexa"],
    outboxEveryMs: 3_600_000,
    logTo: quiet,
  });
});
afterAll(async () => {
  await harness.close();
});

const scrape = async (): Promise<string> => (await fetch(`${harness.url()}/metrics`)).text();
/** The value of a metric whose name and labels are these. */
async function value(name: string): Promise<number | undefined> {
  const line = (await scrape()).split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}

// O5
it("starts every series with an alert at 0, so that the first event counts", async () => {
  const text = await scrape();
  for (const vendor of vendorIds) {
    for (const outcome of ["applied", "refused", "unknown"])
      for (const change of ["reassign", "detach", "rename", "edit"])
        expect(text).toContain(
          `patchbay_changes_total{vendor="${vendor}",change="${change}",outcome="${outcome}"} 0\n`,
        );
    for (const result of ["rate_limited", "vendor_unavailable", "credentials_rejected", "outcome_unknown"])
      expect(text).toContain(
        `patchbay_vendor_request_seconds_count{vendor="${vendor}",method="patch",result="${result}"} 0\n`,
      );
    expect(text).toContain(`patchbay_change_seconds_count{vendor="${vendor}"} 0\n`);
  }
  for (const kind of ["command", "action", "options", "shortcut", "view_submission", "view_closed", "event"])
    expect(text).toContain(`patchbay_ack_seconds_count{kind="${kind}"} 0\n`);
  expect(text).toContain('patchbay_http_refused_total{reason="stale"} 0\n');
});

it("counts requests to vendors by method and result", async () => {
  await person(harness, operator).command("show Roadside", { channelId: voiceOps });
  await toldAlone(harness, operator, "answers now");
  harness.vendors.cartesia.fault({ kind: "status", status: 503 }, { on: "read", times: 3 });
  await person(harness, operator).command("show Roadside", { channelId: voiceOps });
  await toldAlone(harness, operator, "is down");
  const count = async (labels: string) => value(`patchbay_vendor_request_seconds_count{${labels}}`);
  expect(await count('vendor="cartesia",method="list",result="ok"')).toBeGreaterThan(0);
  expect(await count('vendor="cartesia",method="get",result="ok"')).toBe(1);
  expect(await count('vendor="cartesia",method="get",result="vendor_unavailable"')).toBe(3);
  expect(await count('vendor="dialnexa",method="list",result="ok"')).toBeGreaterThan(0);
});

it("shows undelivered messages and unknown outcomes", async () => {
  expect([await value("patchbay_outbox_length"), await value("patchbay_unsettled_changes")]).toEqual([0, 0]);
  const omar = person(harness, operator);
  await omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await formSays(harness, omar, "After:");
  harness.vendors.cartesia.fault({ kind: "drop-before" }, { on: "write" });
  harness.slack.fail("response_url", { status: 503 });
  harness.slack.fail("chat.postMessage", { error: "fatal_error" });
  harness.slack.fail("chat.postEphemeral", { error: "fatal_error" });
  await omar.submit();
  await formSays(harness, omar, "Unknown whether");
  await harness.slack.eventually("one waiting", async () => (await value("patchbay_outbox_length")) === 1);
  expect(await value("patchbay_unsettled_changes")).toBe(1);
  harness.slack.clearFailures();
});

it("shows each connection that was used, without a secret", async () => {
  const name = `patchbay_breaker_open{vendor="dialnexa",connection="${harness.connections.dialnexa?.id}"}`;
  expect(await value(name)).toBe(0);
  const text = await scrape();
  expect(harness.secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

it("has no value, rather than a wrong one, where the database cannot be read", async () => {
  const db = openFile(harness.settings.databasePath);
  db.exec("ALTER TABLE outbox RENAME TO outbox_away");
  try {
    expect(await value("patchbay_outbox_length")).toBeUndefined();
    expect(await value("patchbay_unsettled_changes")).toBe(1);
  } finally {
    db.exec("ALTER TABLE outbox_away RENAME TO outbox");
    db.close();
  }
  expect(await value("patchbay_outbox_length")).toBe(1);
});

it("shows how wrong the clock is, and nothing about sockets without any", async () => {
  expect(Math.abs((await value("patchbay_clock_offset_seconds")) ?? 99)).toBeLessThan(2);
  expect(await value("patchbay_sockets_open")).toBeUndefined();
});
