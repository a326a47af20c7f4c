import { describe } from "vitest";
import type { Installations } from "../../src/domain/ports/installations.ts";
import type { SealedSecrets } from "../../src/domain/ports/sealed-secrets.ts";
import type { Store } from "../../src/domain/ports/store.ts";
import { auditHistoryContract } from "./audit/audit-history-contract.ts";
import { auditLogContract } from "./audit/audit-log-contract.ts";
import { auditManyContract } from "./audit/audit-many-contract.ts";
import { connectionsContract } from "./connections/connections-contract.ts";
import type { StoreSources } from "./events.ts";
import { formsContract } from "./workflow/forms-contract.ts";
import { incidentsContract } from "./workflow/incidents-contract.ts";
import { installationsContract } from "./installation/installations-contract.ts";
import { installingContract } from "./installation/installing-contract.ts";
import { inventoryContract } from "./workflow/inventory-contract.ts";
import { messagesContract } from "./workflow/messages-contract.ts";
import { plansContract } from "./workflow/plans-contract.ts";
import { restrictionsContract } from "./workflow/restrictions-contract.ts";
import { approvalsContract } from "./workflow/approvals-contract.ts";
import { rulesContract } from "./workflow/rules-contract.ts";
import { runStatesContract } from "./runs/run-states-contract.ts";
import { failBacksContract } from "./runs/fail-backs-contract.ts";
import { runsContract } from "./runs/runs-contract.ts";
import { sealedSecretsContract } from "./secrets/sealed-secrets-contract.ts";
import { shortLivedSecretsContract } from "./secrets/short-lived-secrets-contract.ts";
import { settingsContract } from "./workflow/settings-contract.ts";
import { temporaryChangesContract } from "./workflow/temporary-changes-contract.ts";
import type { WorkAccess } from "./due-work/work-access.ts";
import { workQueueContract } from "./due-work/work-queue-contract.ts";
import { onCallContract } from "./connections/on-call-contract.ts";
import { hooksContract } from "./alerts/hooks-contract.ts";
import { proposalsContract } from "./alerts/proposals-contract.ts";
import { tokensContract } from "./workflow/tokens-contract.ts";
import { webhooksContract } from "./webhooks/webhooks-contract.ts";
import { idempotencyContract } from "./workflow/idempotency-contract.ts";
import { workspacesContract } from "./installation/workspaces-contract.ts";

/** How a store is opened. */
export interface StoreOptions {
  /** Ids of the keys that seal secrets, newest first; the same id is the same key. One key unless given. */
  readonly keys?: readonly string[];
  /** Clocks and ids; `testSources()` unless given. */
  readonly sources?: StoreSources;
}

/** An open store, closed after its test. */
export interface OpenedStore {
  readonly store: Store;
  readonly installations: Installations;
  readonly secrets: SealedSecrets;
  readonly work: WorkAccess;
  /** The same data as a process opens it that starts later. Keys and sources stay the same unless given. */
  readonly reopen: (options?: StoreOptions) => Promise<OpenedStore>;
}

/** Opens a new, empty store. */
export type OpenStore = (options?: StoreOptions) => Promise<OpenedStore>;

const parts = {
  "workspaces and requests": workspacesContract,
  "the audit log": auditLogContract,
  "the audit log's pages and searches": auditHistoryContract,
  "the audit log's long answers": auditManyContract,
  connections: connectionsContract,
  installations: installationsContract,
  "installing the app": installingContract,
  "sealed secrets": sealedSecretsContract,
  settings: settingsContract,
  "freezes and protections": restrictionsContract,
  "approvals and reviews": approvalsContract,
  "failover plans": plansContract,
  "rules and gates": rulesContract,
  "tokens of the API": tokensContract,
  "idempotency keys": idempotencyContract,
  incidents: incidentsContract,
  runs: runsContract,
  "states of runs": runStatesContract,
  "fail-backs": failBacksContract,
  "temporary changes": temporaryChangesContract,
  "copies of lists": inventoryContract,
  "form states": formsContract,
  "short-lived secrets": shortLivedSecretsContract,
  messages: messagesContract,
  webhooks: webhooksContract,
  hooks: hooksContract,
  proposals: proposalsContract,
  "on-call schedules": onCallContract,
  "work that servers share": workQueueContract,
};

/** What every store guarantees, whatever keeps the data. */
export function storeContract(name: string, open: OpenStore): void {
  describe.each(Object.entries(parts))(`${name} keeps the store's contract: %s`, (_title, part) => {
    part(open);
  });
}
