import { ownValue } from "../../domain/shared/own-value.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import type { AccountView, VendorId } from "../../sandbox/vendors/index.ts";
import { namesOf } from "../../operations/documents/number-document.ts";
import type { Harness } from "../harness.ts";
import { masked } from "./masking.ts";
import { vendorIds } from "../../vendors/index.ts";
import type { AccountTable, AuditLine, NumberRow } from "./inspector-types.ts";

/** The workspace that an account belongs to, if any. */
export interface Owner {
  readonly name: string;
  readonly spare: boolean;
}

/** The current accounts of all vendors. */
export function accountTables(
  harness: Harness,
  ownerOf: (vendor: VendorId, key: string) => Owner,
): AccountTable[] {
  return vendorIds.flatMap((vendor) =>
    harness.vendors[vendor].accounts().map((account, at) => {
      const owner = ownerOf(vendor, account.key);
      return {
        id: `${vendor}/${at}`,
        vendor,
        owner: owner.name,
        key: owner.spare ? account.key : masked(account.key),
        agents: account.agents.map(({ id, name, assignable }) => ({ id, name, assignable })),
        numbers: account.numbers.map(rowOf),
      };
    }),
  );
}

function rowOf({ id, agentId, name, shown }: AccountView["numbers"][number]): NumberRow {
  const digits = shown["phone_number"] ?? shown["e164"] ?? shown["number"];
  return { id, e164: typeof digits === "string" ? digits : "", name, agentId };
}

/** The newest audit entries of these workspaces, newest first. */
export async function auditLines(harness: Harness, workspaceIds: readonly string[]): Promise<AuditLine[]> {
  const logs = await Promise.all(
    workspaceIds.map(async (id) => harness.infra.store.workspace(id).audit.entries({ limit: 100 })),
  );
  return logs
    .flat()
    .toSorted((one, other) => other.sequence - one.sequence)
    .map((entry) => lineOf(entry, harness.infra.accounts));
}

function lineOf(entry: AuditEntry, accounts: VendorAccounts): AuditLine {
  const { id, sequence, at, workspaceId, actor, kind, connection, number, change, outcome, problem } = entry;
  const { before = {}, wanted = {}, labels = {}, reason } = entry;
  const versionWord = connection && accounts.vendor(connection.vendor).capabilities.versionWord;
  const named = (value: string | null | undefined): string => {
    if (value === null) return "none";
    return value === undefined ? "not said" : namesOf(value, { labels, versionWord });
  };
  const moves = Object.keys(wanted).map(
    (key) => `${named(ownValue(before, key))} → ${named(ownValue(wanted, key))}`,
  );
  const what =
    kind === "change.requested" ? [change, ...moves].join(" ") : (problem?.message ?? reason ?? "");
  return {
    id,
    sequence,
    at,
    workspaceId,
    actor: formatActor(actor),
    kind,
    about: number ? (number.name ?? number.e164 ?? number.numberId) : (connection?.name ?? ""),
    what,
    outcome: outcome ?? "",
    entry: { ...entry },
  };
}
