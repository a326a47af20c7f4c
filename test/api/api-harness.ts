import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { HarnessOptions } from "../../src/demo/harness-options.ts";
import type { Actor } from "../../src/domain/shared/actor.ts";
import { makeToken, type NewToken } from "../../src/operations/tokens/manage-tokens.ts";
import { allPermissions } from "../../src/domain/access/authorization.ts";
import { isUpdate } from "../../src/sandbox/vendors/index.ts";
import { quiet } from "../support/words.ts";
import { apiClient, type ApiClient } from "./api-client.ts";

export const workspace = "T0PATCH01";
export const roadside = "pn_B6d1Vz5H";
export const dispatch = "agent_7hN4pZc2";
export const admin = { kind: "user", userId: "U0ADMIN01", workspaceId: workspace } as const;

/** The whole app with its API, and clients of it. */
export interface ApiHarness {
  readonly app: Harness;
  readonly connectionId: string;
  /** A client with a new token of this person. */
  client(wanted?: Partial<NewToken>, owner?: Actor): Promise<ApiClient & { readonly secret: string }>;
  /** A client with any secret. */
  clientWith(secret: string): Promise<ApiClient>;
  /** The updates that reached Cartesia. */
  updates(): readonly unknown[];
}

export async function startApi(options: HarnessOptions = {}): Promise<ApiHarness> {
  const app = await startHarness({
    connected: ["cartesia"],
    logTo: quiet,
    ...options,
    environment: { API_PORT: "0", ...options.environment },
  });
  onTestFinished(async () => app.close());
  const clientWith: ApiHarness["clientWith"] = async (secret) => apiClient(app.apiUrl(), secret);
  let made = 0;
  return {
    app,
    connectionId: app.connections.cartesia?.id ?? "",
    clientWith,
    client: async (wanted = {}, owner = admin) => {
      made += 1;
      const ctx = app.infra.contextFor(workspace, owner, {
        authorizer: { permissions: async () => allPermissions },
      });
      const { secret } = await makeToken(ctx, { name: `token-${made}`, scope: "change", ...wanted });
      return { ...(await clientWith(secret)), secret };
    },
    updates: () => app.vendors.cartesia.requests.filter(isUpdate),
  };
}

/** The number *Roadside*, as paths and bodies name it. */
export const roadsideOf = ({ connectionId }: ApiHarness) => ({ connection: connectionId, id: roadside });

/** The ETag of *Roadside* as a client is shown it. */
export async function etagOf(api: ApiHarness, client: ApiClient): Promise<string> {
  const { headers } = await client.call("showNumber", { path: roadsideOf(api) });
  return headers.get("etag") ?? "";
}

/** A request that gives *Roadside* to *Dispatch*. */
export const reassign = (api: ApiHarness, etag: string, key: string = randomUUID(), more = {}) => ({
  headers: { "if-match": etag, "idempotency-key": key },
  body: {
    number: roadsideOf(api),
    change: { kind: "reassign", agent: dispatch },
    reason: "it loops",
    ...more,
  },
});
