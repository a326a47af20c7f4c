import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { NumberKey, PhoneNumber } from "../../domain/phone-number.ts";
import type { Connection } from "../../domain/connections.ts";
import type { Vendor } from "../../domain/vendor.ts";
import { deadline, openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { agentLabels } from "./list-agents.ts";
import { activeExpiries, type ActiveExpiry } from "../history/active-expiries.ts";
import { pendingApprovals, type PendingApproval } from "../history/pending-approvals.ts";
import { previewPolicy, type Restrictions } from "../access/policy.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/** A number read live, with what Patchbay knows about it. */
export interface NumberView {
  readonly key: NumberKey;
  readonly connection: Connection;
  readonly vendor: Vendor;
  readonly number: PhoneNumber;
  /** Names for agent ids. */
  readonly labels: Readonly<Record<string, string>>;
  readonly readAt: Date;
  /** What stands in the way of changing it; undefined when that cannot be read, and then nothing can be changed. */
  readonly standing: Restrictions | undefined;
  /** The newest change of who answers that took effect or may have, if Patchbay made one. */
  readonly lastChange: ChangeRecord | undefined;
  /** Its changes that end by themselves. */
  readonly ends: readonly ActiveExpiry[];
  /** The requests to change it that are awaiting approval. */
  readonly pending: readonly PendingApproval[];
}

/** Reads one number from its vendor now. Throws not_allowed, not_found, not_connected and what the vendor's read throws. */
export async function getNumber(ctx: Context, key: NumberKey): Promise<NumberView> {
  await requireRoleAudited(ctx, "viewer", "see numbers");
  return readNumber(ctx, await openConnection(ctx, key.connectionId), key);
}

/** The same for somebody whose right was checked, through a connection that is open. */
export async function readNumber(ctx: Context, open: OpenConnection, key: NumberKey): Promise<NumberView> {
  const [number, labels, changes, ends, pending] = await Promise.all([
    open.account.getNumber(key.numberId, deadline("form")),
    agentLabels(open),
    ctx.workspace.audit.changes({ number: key, limit: 200 }),
    activeExpiries(ctx, key),
    pendingApprovals(ctx, key),
  ]);
  return {
    // As the vendor gives it: what is opened from here is judged and queued by the same id.
    key: { connectionId: open.connection.id, numberId: number.id },
    connection: open.connection,
    vendor: open.vendor,
    number,
    labels,
    readAt: ctx.now(),
    standing: (await previewPolicy(ctx))?.(key),
    lastChange: changes.find(changedWhoAnswers),
    ends,
    pending,
  };
}

/** A change that was sent and not refused; one without an outcome may have taken effect. */
function changedWhoAnswers({ requested, outcome }: ChangeRecord): boolean {
  const sent = requested.kind === "change.requested" && outcome?.outcome !== "refused";
  return sent && "agent" in (requested.wanted ?? {});
}
