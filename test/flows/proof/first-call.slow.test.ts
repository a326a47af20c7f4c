import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import {
  assistance,
  dispatch,
  minute,
  operator,
  patient,
  roadside,
  voiceOps,
} from "../../support/fixtures.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { buttonsOf, patchesSince } from "../../support/words.ts";
import { caller, startFirstCalls } from "./first-call-harness.ts";

const second = 1000;

it("says who answered the first call, with the change, in history and in status, and keeps that alone", async () => {
  const at = await startFirstCalls();
  await at.reassign("reassign Roadside to Dispatch for 30m because it loops");
  at.pass(10 * second);
  const call = at.arrive();
  at.pass(12 * second);
  const shown = await toldInChannel(at.harness, voiceOps, "First call seen");
  expect(textOf(shown)).toMatch(/Reassigned by[\s\S]*First call seen, .*, was answered by \*Dispatch\*\./u);
  expect(at.told()).toHaveLength(1);
  const entry = await onRecord(at.harness, { kind: "proof.seen" });
  expect(entry).toMatchObject({
    actor: { kind: "system", job: "first-call" },
    number: { numberId: roadside },
    labels: { [dispatch]: "Dispatch" },
  });
  expect(entry.details).toEqual({
    call,
    startedAt: expect.stringContaining("2026-11-21T12:00:1"),
    status: "completed",
    agent: dispatch,
    channel: voiceOps,
  });
  for (const [line, title] of [
    ["history 0152", "History of *Roadside*"],
    ["history", "History of all numbers"],
    ["status", "*Temporary changes*"],
  ] as const) {
    await at.omar.command(line, { channelId: voiceOps });
    const answer = textOf(await toldAlone(at.harness, operator, title));
    expect(answer).toMatch(/First call seen, .*, was answered by \*Dispatch\*\./u);
  }
  await at.harness.stopApp();
  const files = readdirSync(at.harness.folder).map((name) =>
    readFileSync(join(at.harness.folder, name), "latin1"),
  );
  const kept = [...files, at.log(), JSON.stringify(at.harness.slack.messages(voiceOps))].join("");
  expect(kept).toContain(call);
  for (const secret of [caller, caller.slice(1), "appointment", "recordings.", "telephony_params"])
    expect(kept).not.toContain(secret);
});

it("says loudly that the previous agent still answered, with Undo, and changes nothing itself", async () => {
  const at = await startFirstCalls();
  await at.reassign();
  at.pass(10 * second);
  at.arrive({ agentId: assistance });
  at.pass(12 * second);
  const loud = await toldInChannel(at.harness, voiceOps, "Patchbay changed nothing");
  expect(textOf(loud)).toMatch(/Roadside.*A call at .* was still answered by \*Roadside assistance\*/u);
  expect(buttonsOf(loud)).toEqual(["Undo", "Show", "History"]);
  await onRecord(at.harness, { kind: "proof.contradicted" });
  at.pass(30 * second);
  at.arrive();
  at.pass(minute);
  await toldInChannel(at.harness, voiceOps, "A later call, at");
  expect((await at.proofs()).map(({ kind }) => kind)).toEqual(["proof.contradicted", "proof.seen"]);
  expect(at.told()).toHaveLength(2);
  expect(patchesSince(at.cartesia, 0)).toHaveLength(1);
  await at.omar.click("undo", { in: loud });
  await formSays(at.harness, at.omar, "*After:*");
});

it("says so once for a run, although two of its numbers are looked at together", async () => {
  const at = await startFirstCalls({ runsEveryMs: 10 });
  const fleetDesk = "pn_H3k7Ry4N";
  await silentPlan(at.harness, [[roadside, fleetDesk]]);
  await at.omar.command("failover silent because it loops", { channelId: voiceOps });
  await formSays(at.harness, at.omar, "2 will be switched");
  await at.omar.submit();
  await onRecord(at.harness, { kind: "failover.held" });
  at.pass(10 * second);
  for (const numberId of [roadside, fleetDesk]) at.arrive({ numberId, agentId: assistance });
  at.pass(12 * second);
  await vi.waitFor(async () => expect(await at.proofs()).toHaveLength(2), patient);
  expect(at.told().filter((text) => text.includes("Patchbay changed nothing"))).toHaveLength(1);
});

it("says three failed calls of the first five loudly", async () => {
  const at = await startFirstCalls();
  await at.reassign();
  for (const status of ["completed", "failed", "failed", "failed"] as const) {
    at.pass(6 * second);
    at.arrive({ status });
  }
  const loud = await toldInChannel(at.harness, voiceOps, "Patchbay changed nothing");
  expect(textOf(loud)).toContain("3 of the first 4 calls of *Dispatch* failed");
  expect((await onRecord(at.harness, { kind: "proof.failing" })).details).toMatchObject({
    failed: "3",
    of: "4",
  });
});

it("adds a quiet line if no call came in 15 min, posts nothing new, and records nothing", async () => {
  const at = await startFirstCalls();
  await at.reassign();
  at.pass(5 * minute);
  await vi.waitFor(() => expect(at.looks().length).toBeGreaterThan(0), patient);
  expect(at.told().join("")).not.toContain("No call");
  // A look that is under way counts its next one from when it ends, so the time passes in small steps.
  const quiet = "No call in 15 min, as far as Cartesia's log of calls shows.";
  await vi.waitFor(() => {
    at.pass(20 * second);
    expect(at.told().join("")).toContain(quiet);
  }, patient);
  const shown = await toldInChannel(at.harness, voiceOps, quiet);
  expect(textOf(shown)).toContain("Reassigned by");
  expect(at.told()).toHaveLength(1);
  expect(await at.proofs()).toEqual([]);
  const looks = at.looks().length;
  at.pass(5 * minute);
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(at.looks()).toHaveLength(looks);
});

it("says that it does not know if the log of calls cannot be read to its end", async () => {
  const at = await startFirstCalls();
  at.cartesia.fault({ kind: "status", status: 503 }, { on: ({ path }) => path === "/agents/calls" });
  await at.reassign();
  await vi.waitFor(() => {
    at.pass(20 * second);
    expect(at.told().join("")).toContain(
      "Patchbay does not know who answers calls: within 15 min, Cartesia's log",
    );
  }, patient);
  expect(at.told().join("")).not.toContain("No call in 15 min");
  expect(at.told()).toHaveLength(1);
  expect(await at.proofs()).toEqual([]);
});

it("leaves out a call that came within the margin, by a vendor's clock that is three minutes ahead", async () => {
  const at = await startFirstCalls({ vendorAheadMs: 3 * minute });
  await at.reassign();
  at.pass(2 * second);
  at.arrive({ agentId: assistance });
  at.pass(20 * second);
  at.arrive();
  at.pass(20 * second);
  await toldInChannel(at.harness, voiceOps, "First call seen");
  expect((await at.proofs()).map(({ kind }) => kind)).toEqual(["proof.seen"]);
});

it("stops looking when the number was changed again, and when somebody moved it at the vendor", async () => {
  const at = await startFirstCalls();
  await at.reassign();
  await at.reassign('reassign Roadside to "Holding message" because Dispatch is silent');
  at.pass(10 * second);
  at.arrive({ agentId: dispatch });
  at.pass(10 * second);
  await vi.waitFor(async () => expect((await at.proofs()).length).toBeGreaterThan(0), patient);
  // Of the two changes, only the newer one is watched: Dispatch is the previous agent there.
  expect(await at.proofs()).toMatchObject([{ kind: "proof.contradicted", details: { agent: dispatch } }]);

  await at.reassign("reassign Roadside to Dispatch because it is fixed");
  at.cartesia.editNumber(roadside, { agentId: assistance });
  at.pass(10 * second);
  at.arrive({ agentId: "agent_2mB6tYf1" });
  const looks = at.looks().length;
  at.pass(15 * second);
  await vi.waitFor(() => expect(at.looks().length).toBeGreaterThan(looks), patient);
  expect(await at.proofs()).toHaveLength(1);
});

it("says once for a connection that the key may not read calls, and names the request", async () => {
  const at = await startFirstCalls();
  const body = { message: "missing scope", error_code: "forbidden", title: "Forbidden", request_id: "req_1" };
  at.cartesia.fault({ kind: "status", status: 403, body }, { on: ({ path }) => path === "/agents/calls" });
  await at.reassign();
  at.pass(21 * second);
  await toldInChannel(at.harness, voiceOps, "(GET /agents/calls)");
  expect(await onRecord(at.harness, { kind: "proof.denied" })).toMatchObject({
    connection: { vendor: "cartesia" },
    problem: { code: "credentials_rejected" },
  });
  await at.reassign('reassign Roadside to "Holding message" because of a test');
  const looks = at.looks().length;
  at.pass(21 * second);
  await vi.waitFor(() => expect(at.looks().length).toBeGreaterThan(looks), patient);
  at.pass(20 * minute);
  await vi.waitFor(() => expect(at.told()).toHaveLength(2), patient);
  expect(await at.proofs()).toHaveLength(1);
});

it("goes on after a restart", async () => {
  const at = await startFirstCalls();
  await at.reassign();
  at.pass(8 * second);
  at.arrive();
  await at.harness.stopApp();
  at.pass(40 * minute);
  await at.harness.startApp();
  await toldInChannel(at.harness, voiceOps, "First call seen");
  expect(await at.proofs()).toMatchObject([{ kind: "proof.seen" }]);
});

it("does not look if the workspace has turned it off", async () => {
  const at = await startFirstCalls();
  const actor = { kind: "cli", osUser: "test" } as const;
  const { settings } = at.harness.infra.store.workspace("T0PATCH01");
  await settings.write({ firstCall: "off" }, { actor, requestId: "req_settings" });
  await at.reassign();
  at.pass(10 * second);
  at.arrive();
  at.pass(20 * minute);
  const due = async () =>
    at.harness.infra.store.work.claim("first_call", { limit: 1, perLane: 1, leaseMs: 1 });
  await vi.waitFor(async () => expect(await due()).toEqual([]), patient);
  expect(at.looks()).toEqual([]);
  expect(at.told().join("")).not.toContain("call");
});
