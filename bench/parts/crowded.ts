import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import type { Infrastructure } from "../../src/infrastructure.ts";
import type { Actor } from "../../src/domain/shared/actor.ts";
import type { Connection } from "../../src/domain/connections/connections.ts";
import type { AuditEvent } from "../../src/domain/audit/audit-log.ts";
import { largeAccount } from "./accounts.ts";
import { channelId, teamId, userId } from "./workspace.ts";

/** The amount of open work in a crowded workspace. */
export interface Crowd {
  /** Temporary changes of one number. */
  readonly temporary: number;
  /**
   * The number of each: open approval requests, changes of one incident, changes without an outcome, drift findings,
   * freezes and protections.
   */
  readonly each: number;
}

const hour = 3_600_000;
const many = 200;

/** Fills the workspace with open work, as if people had used it for years. */
export async function crowd(infra: Infrastructure, { temporary, each }: Crowd): Promise<void> {
  const actor: Actor = { kind: "user", userId: userId(1), workspaceId: teamId };
  const { workspace } = infra.contextFor(teamId, actor);
  const connections = await workspace.connections.list();
  const now = infra.now().getTime();
  const ofVendor = (vendor: VendorId): Connection => {
    const found = connections.find((one) => one.vendor === vendor);
    if (!found) throw new Error(`nothing is connected at ${vendor}`);
    return found;
  };
  const numbers = new Map(vendorIds.map((vendor) => [vendor, largeAccount(vendor, each + 1).numbers]));
  const change = (vendor: VendorId, at: number, name: string, details: Record<string, string> = {}) => {
    const { id: connectionId, name: title } = ofVendor(vendor);
    const number = numbers.get(vendor)?.[at];
    if (!number) throw new Error(`${vendor} has no number ${at}`);
    const [from, to] = [`${vendor}_agent_1`, number.agentId ?? ""];
    return {
      actor,
      requestId: `req_${name}_${at}`,
      changeId: `chg_${name}_${at}`,
      connection: { id: connectionId, vendor, name: title },
      number: { connectionId, numberId: number.id, e164: number.e164, name: number.name },
      change: "reassign",
      before: { agent: from },
      wanted: { agent: to },
      labels: { [from]: "Night desk", [to]: "Front desk" },
      reason: "callers hear nothing",
      details,
    } as const;
  };
  const settled = (event: Omit<AuditEvent, "kind">): AuditEvent => ({
    ...event,
    kind: "change.outcome",
    outcome: "applied",
    after: event.wanted,
  });
  const made = async (event: Omit<AuditEvent, "kind">): Promise<void> => {
    await workspace.audit.append({ ...event, kind: "change.requested" });
    await workspace.audit.append(settled(event));
  };

  await inGroups(temporary, async (at) => {
    const one = { ...change("cartesia", 0, "temporary"), requestId: `req_t_${at}`, changeId: `chg_t_${at}` };
    await workspace.temporaryChanges.begin(
      { ...one, kind: "change.requested" },
      {
        changeId: one.changeId,
        connectionId: one.number.connectionId,
        numberId: one.number.numberId,
        endsAt: new Date(now + 20 * hour + at),
        durationMs: 20 * hour,
        remindAt: new Date(now + 19 * hour),
        dueAt: new Date(now + 19 * hour),
        place: { userId: userId(1), channelId },
      },
    );
    await workspace.audit.append(settled(one));
  });
  const incident = { key: "INC-1", title: "Calls drop", channelId, startedBy: actor };
  await workspace.incidents.start(
    { ...incident, startedAt: new Date(now).toISOString() },
    { kind: "incident.started", actor, requestId: "req_incident", details: { incident: "INC-1" } },
  );
  await inGroups(each, async (at) => made(change("cartesia", at + 1, "incident", { incident: "INC-1" })));
  await inGroups(each, async (at) => made(change("oneinbox", at, "glass", { breakGlass: "yes" })));
  await inGroups(each, async (at) => {
    await workspace.audit.append({ ...change("dialnexa", at, "unknown"), kind: "change.requested" });
  });
  await inGroups(each, async (at) => {
    const { actor: by, requestId, changeId, connection, number, labels } = change("speechify", at, "asked");
    const { connectionId, numberId, e164, name } = number;
    const key = { connectionId, numberId };
    const id = `apr_${at}`;
    const about = { actor: by, requestId, changeId, connection, number };
    await workspace.approvals.ask(
      {
        id,
        wanted: 1,
        expiresAt: new Date(now + 20 * hour).toISOString(),
        asked: {
          changeId,
          key,
          change: { kind: "detach" },
          seen: { agent: "speechify_agent_1" },
          userId: userId(1),
          at: new Date(now).toISOString(),
          e164,
          name,
          connection,
          labels,
        },
      },
      { ...about, kind: "approval.requested", details: { approval: id } },
    );
    await workspace.approvals.addMessage(id, { channelId, ts: "1700000000.000100" });
    const drift = {
      kind: "nobody",
      key,
      e164,
      name,
      connection: connection.name,
      vendor: "speechify",
    } as const;
    await workspace.drifts.see(
      { ...drift, now: null, labels: {} },
      { ...about, kind: "drift.seen", requestId: `req_drift_${at}` },
    );
    const restriction = { ...key, title: `${name} (${e164})`, at: new Date(now).toISOString() };
    await workspace.freezes.set(
      { ...restriction, by, reason: "of the bench" },
      { ...about, kind: "freeze.set", requestId: `req_freeze_${at}` },
    );
    await workspace.protections.set(
      { ...restriction, approvals: 1 },
      {
        ...about,
        kind: "protection.set",
        requestId: `req_protect_${at}`,
      },
    );
    await infra.store.outbox.add(teamId, { channelId: "C0GONE001" }, { text: "late", blocks: [] });
  });
}

/** Several at once, because simultaneous writes share a commit. */
async function inGroups(count: number, act: (at: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += many) {
    const group = Array.from({ length: Math.min(many, count - from) }, (_, at) => from + at);
    await Promise.all(group.map(act));
  }
}
