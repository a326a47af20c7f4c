import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/domain/audit/audit-log.ts";
import { readSince } from "../../src/cli/audit/since.ts";
import { startCliHarness, noon, workspace, type CliHarness } from "./cli-harness.ts";

function change(at: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    kind: "change.requested",
    actor: { kind: "user", userId: "U0OPER001", workspaceId: workspace },
    requestId: `req_${at}`,
    connection: { id: "con_1", vendor: "cartesia", name: "prod" },
    number: { connectionId: "con_1", numberId: `pn_${at}`, e164: `+1415555010${at}`, name: "Main line" },
    changeId: `chg_${at}`,
    change: "reassign",
    before: { agent: "agent_a" },
    wanted: { agent: "agent_b" },
    labels: { agent_a: "Day Bot", agent_b: "Night Bot" },
    reason: "it talks nonsense",
    ...more,
  };
}

async function harnessWith(events: readonly AuditEvent[], workspaceId = workspace): Promise<CliHarness> {
  const harness = await startCliHarness();
  await write(harness, events, workspaceId);
  return harness;
}

async function write(harness: CliHarness, events: readonly AuditEvent[], workspaceId: string): Promise<void> {
  const { audit } = harness.infra().store.workspace(workspaceId);
  for (const event of events) await audit.append(event);
}

async function idsOf(harness: CliHarness, ...args: string[]): Promise<unknown[]> {
  const { out } = await harness.run(["audit", ...args]);
  return out === ""
    ? []
    : out
        .trimEnd()
        .split("\n")
        .map((line) => /"changeId":"(\w+)"/u.exec(line)?.[1]);
}

describe("patchbay audit", () => {
  it("prints complete entries as JSON lines into a pipe, newest first", async () => {
    const harness = await harnessWith([change(1), change(2)]);
    const { exitCode, out, err } = await harness.run(["audit"]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    const [newest]: unknown[] = out.split("\n").map((line) => JSON.parse(line || "null"));
    expect(newest).toMatchObject({
      sequence: 2,
      workspaceId: workspace,
      actor: `U0OPER001@${workspace}`,
      changeId: "chg_2",
      wanted: { agent: "agent_b" },
    });
    expect(out).toMatch(/"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/u);
  });

  it("prints a readable table on a terminal", async () => {
    const harness = await harnessWith([
      change(1),
      change(2, { number: undefined, wanted: undefined, kind: "action.refused" }),
      change(3, {
        change: "detach",
        wanted: { agent: null },
        labels: { agent_a: "Day Bot", other: "Day Bot" },
      }),
    ]);
    const { out } = await harness.run(["audit"], { isTTY: true });
    expect(out.split("\n")).toHaveLength(5);
    expect(out).toContain("agent: Day Bot (agent_a) → nobody ");
    expect(out).toMatch(/\+14155550101 Main line +agent: Day Bot → Night Bot +it talks nonsense +chg_1\n/u);
  });

  it("lists all workspaces together in order, or one", async () => {
    const harness = await harnessWith([change(1)]);
    await write(harness, [change(2)], "T0OTHER01");
    await write(harness, [change(3)], workspace);
    expect(await idsOf(harness)).toEqual(["chg_3", "chg_2", "chg_1"]);
    expect(await idsOf(harness, "--workspace", "T0OTHER01")).toEqual(["chg_2"]);
    expect(await idsOf(harness, "--workspace", "T0NOBODY1")).toEqual([]);
  });

  it("filters by number and by time, and cuts to the limit", async () => {
    const harness = await harnessWith([change(1), change(2), change(3)]);
    expect(await idsOf(harness, "--number", "0102")).toEqual(["chg_2"]);
    expect(await idsOf(harness, "--limit", "2")).toEqual(["chg_3", "chg_2"]);
    expect(await idsOf(harness, "--since", "2999-01-01")).toEqual([]);
    expect(await idsOf(harness, "--since", "2020-01-01")).toHaveLength(3);
  });

  it("reads more than one page of the log", async () => {
    const harness = await startCliHarness();
    const refusals = Array.from({ length: 1005 }, (_, at) => change(at, { kind: "action.refused" }));
    await write(harness, refusals, workspace);
    expect(await idsOf(harness, "--limit", "1003")).toHaveLength(1003);
    expect(await idsOf(harness, "--limit", "5000")).toHaveLength(1005);
  });

  it("lets no control character from outside reach the terminal", async () => {
    const nasty = "\u001b[2J\u009b1m\u202eevil\u0000\nnext\u2028line";
    const harness = await harnessWith([
      change(1, { reason: nasty, number: { connectionId: "con_1", numberId: "pn_1", name: nasty } }),
    ]);
    const table = await harness.run(["audit"], { isTTY: true });
    const json = await harness.run(["audit", "--json"], { isTTY: true });
    for (const { out } of [table, json]) {
      expect(out).toContain("evil");
      expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
    expect(table.out.trimEnd().split("\n")).toHaveLength(2);
    expect(JSON.parse(json.out)).toMatchObject({ reason: nasty });
  });

  it("reports invalid options", async () => {
    const harness = await startCliHarness();
    for (const args of [
      ["--since", "yesterday"],
      ["--since", "2026-13-40"],
      ["--limit", "0"],
      ["--limit", "ten"],
    ]) {
      const { exitCode, err } = await harness.run(["audit", ...args]);
      expect(exitCode).toBe(1);
      expect(err).toContain(args[0]);
    }
  });
});

describe("the start time", () => {
  it.each([
    ["30m", "2026-08-01T11:30:00.000Z"],
    ["2h", "2026-08-01T10:00:00.000Z"],
    ["3d", "2026-07-29T12:00:00.000Z"],
    ["1w", "2026-07-25T12:00:00.000Z"],
    ["2026-07-30", "2026-07-30T00:00:00.000Z"],
    ["2026-07-30T09:30", "2026-07-30T09:30:00.000Z"],
    ["2026-07-30T09:30:15.5Z", "2026-07-30T09:30:15.500Z"],
    ["2026-07-30T09:30+02:00", "2026-07-30T07:30:00.000Z"],
  ])("is parsed: %s", (typed, at) => {
    expect(readSince(typed, noon)).toBe(at);
  });
});
