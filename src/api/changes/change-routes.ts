import { z } from "zod";
import { reachesConnection } from "../../domain/access/api-token.ts";
import { isResultSettled } from "../../domain/changes/change-record.ts";
import { incidentKey } from "../../domain/changes/incident.ts";
import { affectedFields, pick, snapshot, type Snapshot } from "../../domain/numbers/change.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { requireOperatorAudited, requireRoleAudited } from "../../operations/access/permissions.ts";
import { proposeChange, submitChange } from "../../operations/approval/submit-change.ts";
import type { ChangeRequest, Precondition } from "../../operations/access/change-request.ts";
import { deadline, openConnection, type Context } from "../../operations/shared/context.ts";
import type { ApiAnswer } from "../server/api-answer.ts";
import { apiRoute, noParts, type ApiCall } from "../server/api-route.ts";
import { etagOf } from "../server/etag.ts";
import { requireReach } from "../server/reach.ts";
import { answerOfChange } from "./answer-of-change.ts";
import { changeInput, changeOf, expiryOf, type ChangeInput } from "./change-input.ts";
import { changeResource, findChange, noChange } from "./change-resource.ts";
import { fingerprintOf, longestWaitMs, once } from "../server/once.ts";
import { requiredEtag, requiredKey } from "./required-headers.ts";

const resource = { name: "Change", schema: changeResource };

export const postChange = apiRoute({
  method: "POST",
  path: "/v1/changes",
  operationId: "postChange",
  summary:
    "Changes a number, or asks people in Slack to approve it: always with the scope propose, else if it is protected",
  scope: "propose",
  input: z.object({ ...noParts, body: changeInput }),
  requires: {
    "If-Match": "The ETag of the number as you read it",
    "Idempotency-Key": "Unique for this change. A repeat with the same key gets the first answer, for a day",
  },
  answers: {
    200: {
      ...resource,
      description: "Applied, and proved",
      headers: { ETag: "The number's new ETag", Location: "The change" },
    },
    202: {
      ...resource,
      description: "Sent with an unknown outcome, or waiting for approval: see its outcome",
      headers: { Location: "The change" },
    },
  },
  problems: [400, 404, 409, 413, 415, 423, 428, 502, 503],
  run: async (call, { body }) => {
    const { ctx, token, headers } = call;
    const etag = requiredEtag(headers);
    const key = requiredKey(headers);
    requireReach(token, body.number.connection);
    // Before the key: without the right there is no earlier answer, and a refusal is not kept for a day.
    await requireOperatorAudited(ctx, body.number.connection);
    const changeId = ctx.newId("chg");
    const keyed = { tokenId: token.id, key, changeId, fingerprint: fingerprintOf([etag, body]) };
    return once(ctx, keyed, {
      act: async () => change(call, body, { etag, changeId }),
      onRecord: async (id, isRunning) => changeOnRecord(ctx, id, isRunning),
    });
  },
});

export const showChange = apiRoute({
  method: "GET",
  path: "/v1/changes/{id}",
  operationId: "showChange",
  summary: "A change that anyone made or proposed",
  scope: "read",
  input: z.object({ ...noParts, path: z.strictObject({ id: z.string().max(100) }) }),
  answers: { 200: { ...resource, description: "The change as the audit log has it" } },
  problems: [404],
  run: async ({ ctx, token }, { path: { id } }) => {
    await requireRoleAudited(ctx, "viewer", "see the history");
    const found = await findChange(ctx, id);
    if (!reachesConnection(token, found.connectionId ?? "")) throw noChange();
    return { status: 200, body: found.change };
  },
});

async function change(
  call: ApiCall,
  input: ChangeInput,
  { etag, changeId }: { readonly etag: string; readonly changeId: string },
): Promise<ApiAnswer> {
  const { ctx, token, hooks } = call;
  const { connection: connectionId, id: numberId } = input.number;
  const { state, precondition } = await whatWasSeen(call, input.number, etag);
  const { vendor } = await openConnection(ctx, connectionId);
  const wanted = changeOf(input, state, vendor);
  const request: ChangeRequest = {
    changeId,
    key: { connectionId, numberId },
    change: wanted,
    seen: pick(state, affectedFields(wanted)),
    precondition,
    notAfter: new Date(ctx.now().getTime() + longestWaitMs),
    reason: input.reason,
    ends: expiryOf(input),
    details: {
      token: token.id,
      ...(input.incident === undefined ? {} : { incident: incidentKey(input.incident) }),
    },
  };
  const submission = await (token.scope === "change" ? submitChange : proposeChange)(ctx, request);
  if (submission.kind === "asked") {
    hooks.askApprovers(ctx, submission.approval);
    return answerOfChange(ctx, (await findChange(ctx, changeId)).change);
  }
  const { result } = submission;
  if (!isResultSettled(result)) ctx.reconcileLater(changeId);
  const { change: recorded } = await findChange(ctx, changeId);
  const after = result.after && snapshot(result.after);
  if (after) hooks.seenStates.note(ctx.workspace.id, etagOf(after), after);
  // If the outcome could not be recorded, the caller learns it all the same.
  return answerOfChange(ctx, { ...recorded, outcome: result.outcome }, after ? { etag: etagOf(after) } : {});
}

async function changeOnRecord(
  ctx: Context,
  changeId: string,
  isRunning: boolean,
): Promise<ApiAnswer | undefined> {
  try {
    const { change: found } = await findChange(ctx, changeId);
    return found.outcome === "pending" && isRunning ? undefined : answerOfChange(ctx, found);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

/**
 * The state that an ETag stands for. This process remembers the states that it sent, so the only read is the one of the
 * change pipeline, which is compared with the ETag. If another process sent it, or long ago, the number is read once
 * more, because a change may depend on its state.
 */
async function whatWasSeen(
  { ctx, hooks }: ApiCall,
  { connection, id }: ChangeInput["number"],
  etag: string,
): Promise<{ readonly state: Snapshot; readonly precondition: Precondition }> {
  const seen = hooks.seenStates.find(ctx.workspace.id, etag);
  const state = seen ?? (await readState(ctx, connection, id));
  const isKnown = etagOf(state) === etag;
  return { state, precondition: { seen, holds: (now) => isKnown && etagOf(now) === etag } };
}

async function readState(ctx: Context, connectionId: string, numberId: string): Promise<Snapshot> {
  const { account } = await openConnection(ctx, connectionId);
  return snapshot(await account.getNumber(numberId, deadline("form")));
}
