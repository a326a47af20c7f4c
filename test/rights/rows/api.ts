import { z } from "zod";
import type { TokenScope } from "../../../src/domain/access/api-token.ts";
import { type ChangeKind, changeKinds } from "../../../src/domain/numbers/change.ts";
import { cli, dispatch } from "../../support/fixtures.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import { ids, type Who } from "../people.ts";
import { numbers, type Target } from "../targets.ts";
import { storeToken } from "../token-of.ts";
import { planIn } from "./failover.ts";
import { anyOperator, made, members, operators, refusedAct, type Rest, type Row, shown } from "./row.ts";

const prepared = z.object({ secret: z.string(), etag: z.string(), made: z.string() });

interface ApiRequest {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

async function send(
  { harness }: MatrixHarness,
  { secret, etag }: { readonly secret: string; readonly etag?: string },
  { method = "GET", path, body }: ApiRequest,
): Promise<Response> {
  return fetch(`${harness.apiUrl()}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      "idempotency-key": harness.infra.newId("key"),
      ...(etag === undefined ? {} : { "if-match": etag }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** A request by a token that belongs to somebody. */
const asked = (
  verb: string,
  scope: TokenScope,
  request: (matrix: MatrixHarness, made: string) => ApiRequest,
  { prepare, ...rest }: Rest & Pick<Row, "but">,
  target: Target = "own",
): Row => ({
  verb: `${verb} (${scope})`,
  surface: "API",
  target,
  ...rest,
  prepare: async (matrix, who: Who) => {
    const owner = { kind: "user", userId: ids[who], workspaceId: alpha.teamId } as const;
    const { secret } = await storeToken(matrix.harness, { owner, scope });
    const reader = await storeToken(matrix.harness, { owner: cli, scope: "read" });
    const path = `numbers/${matrix.connectionOf(target)}/${numbers[target].id}`;
    const etag = (await send(matrix, reader, { path })).headers.get("etag") ?? '"none"';
    return JSON.stringify({ secret, etag, made: (await prepare?.(matrix, who)) ?? "" });
  },
  act: async (matrix, _who, given) => {
    const { secret, etag, made: id } = prepared.parse(JSON.parse(given));
    return (await send(matrix, { secret, etag }, request(matrix, id))).text();
  },
});

const bodies: Readonly<Record<ChangeKind, unknown>> = {
  reassign: { kind: "reassign", agent: dispatch },
  detach: { kind: "detach" },
  rename: { kind: "rename", name: "Renamed" },
  edit: { kind: "edit", fields: { provider: "ap_9dK2mQx7" } },
};

const changeOf =
  (kind: ChangeKind, target: Target) =>
  (matrix: MatrixHarness): ApiRequest => ({
    method: "POST",
    path: "changes",
    body: {
      number: { connection: matrix.connectionOf(target), id: numbers[target].id },
      change: bodies[kind],
      reason: "tried",
    },
  });

const changing = changeKinds.flatMap((kind) => {
  const tried = (scope: TokenScope, target: Target, rest: Rest): Row =>
    asked(kind, scope, changeOf(kind, target), rest, target);
  const gets = (yes: string): Rest => ({ may: operators, yes, no: refusedAct });
  return [
    tried("change", "own", gets(made)),
    tried("change", "protected", gets("approval.requested")),
    tried("change", "frozen", gets("change.refused/frozen")),
    // The vendor's account of this workspace does not have it.
    tried("change", "foreign", shown(anyOperator)),
    tried("propose", "own", gets("approval.requested")),
    tried("propose", "protected", gets("approval.requested")),
    tried("propose", "frozen", gets("change.refused/frozen")),
    tried("read", "own", { may: [], yes: "shown", no: refusedAct }),
  ];
});

const routesOf = (verb: "plan" | "apply", matrix: MatrixHarness): ApiRequest => ({
  method: "POST",
  path: `routes/${verb}`,
  body: { routes: [{ number: numbers.own.id, connection: matrix.connectionOf("own"), agent: dispatch }] },
});

/** What tokens do over HTTP: each with the rights of its owner, limited to its scope. */
export const overHttp: readonly Row[] = [
  asked("list numbers", "read", () => ({ path: "numbers" }), shown(members)),
  ...(["own", "foreign"] as const).map((target) =>
    asked(
      "show a number",
      "read",
      (matrix) => ({ path: `numbers/${matrix.connectionOf(target)}/${numbers[target].id}` }),
      shown(members),
      target,
    ),
  ),
  asked("show a change", "read", (_matrix, id) => ({ path: `changes/${id}` }), {
    ...shown(members),
    prepare: async (matrix) => matrix.made("own"),
  }),
  asked("list plans", "read", () => ({ path: "plans" }), { ...shown(members), prepare: planIn }),
  asked("drill", "propose", () => ({ method: "POST", path: "plans/tried/drill" }), {
    may: anyOperator,
    yes: "failover.drilled",
    no: refusedAct,
    prepare: planIn,
  }),
  ...changing,
  asked("plan routes", "read", (matrix) => routesOf("plan", matrix), shown(members)),
  asked("apply routes", "propose", (matrix) => routesOf("apply", matrix), {
    may: operators,
    yes: "approval.requested",
    no: refusedAct,
    but: { narrowed: "shown" },
  }),
  asked("apply routes", "read", (matrix) => routesOf("apply", matrix), {
    may: [],
    yes: "shown",
    no: refusedAct,
  }),
];
