import { z } from "zod";
import { incidentKey, type Incident } from "../../domain/changes/incident.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import { requesterOf } from "../../domain/runs/run.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { claimRevert } from "../../operations/incident/claim-revert.ts";
import { createRevertPlan } from "../../operations/incident/create-revert-plan.ts";
import { endIncident } from "../../operations/incident/end-incident.ts";
import { showIncident } from "../../operations/incident/incident-changes.ts";
import { startIncident } from "../../operations/incident/start-incident.ts";
import { overrideRules } from "../../operations/failover/rules.ts";
import { findRevertBlockers } from "../../operations/runs/revert-rules.ts";
import type { Context } from "../../operations/shared/context.ts";
import { controlCommand } from "../control/control-command.ts";
import { changeDocument, changeOf } from "../../operations/documents/number-document.ts";
import { rulesToOverride, runId } from "../runs/run-commands.ts";
import { begunDocument } from "../runs/run-document.ts";
import { runPreviewDocument, runPreviewOf } from "../runs/run-preview.ts";

const typedKey = z.string().max(200);

export const incidentDocument = z.object({
  key: z.string(),
  title: z.string().optional(),
  startedBy: z.string(),
  startedAt: z.string(),
  endedBy: z.string().optional(),
  endedAt: z.string().optional(),
});
export type IncidentDocument = z.infer<typeof incidentDocument>;

export const incidentListDocument = z.object({ workspace: z.string(), incidents: z.array(incidentDocument) });
export type IncidentListDocument = z.infer<typeof incidentListDocument>;

/** An incident with its changes, newest first. */
export const incidentPageDocument = z.object({
  workspace: z.string(),
  incident: incidentDocument,
  changes: z.array(changeDocument),
  /** For `--before`: where the next page begins. */
  next: z.number().optional(),
});
export type IncidentPageDocument = z.infer<typeof incidentPageDocument>;

export const oneIncidentDocument = z.object({ workspace: z.string(), incident: incidentDocument });
export type OneIncidentDocument = z.infer<typeof oneIncidentDocument>;

export const listIncidents = controlCommand({
  name: "incident.list",
  input: z.object({}),
  output: incidentListDocument,
  run: async (ctx) => {
    await requireRoleAudited(ctx, "viewer", "see incidents");
    const { id, incidents } = ctx.workspace;
    return { workspace: id, incidents: (await incidents.open()).map(incidentOf) };
  },
});

export const showIncidentPage = controlCommand({
  name: "incident.show",
  input: z.object({
    key: typedKey,
    limit: z.number().int().min(1).max(1_000),
    before: z.number().int().optional(),
  }),
  output: incidentPageDocument,
  run: async (ctx, { key, limit, before }) => {
    const page = await showIncident(ctx, incidentKey(key), { limit, beforeSequence: before });
    return {
      workspace: ctx.workspace.id,
      incident: incidentOf(page.incident),
      changes: page.changes.map((change) => changeOf(ctx, change)),
      next: page.next,
    };
  },
});

export const beginIncident = controlCommand({
  name: "incident.start",
  input: z.object({ key: typedKey, title: z.string().max(1_000).optional() }),
  output: oneIncidentDocument,
  run: async (ctx, { key, title }) =>
    asDocument(ctx, await startIncident(ctx, { key, title, channelId: undefined })),
});

export const closeIncident = controlCommand({
  name: "incident.end",
  input: z.object({ key: typedKey }),
  output: oneIncidentDocument,
  run: async (ctx, { key }) => asDocument(ctx, await endIncident(ctx, key)),
});

/** Reads every number that an incident changed, and stores what a revert would do. */
export const previewRevert = controlCommand({
  name: "incident.preview-revert",
  input: z.object({ key: typedKey }),
  output: runPreviewDocument,
  run: async (ctx, { key }, { isServer }) => {
    const run = await createRevertPlan(ctx, incidentKey(key), requesterOf(ctx.actor));
    const blockers = await findRevertBlockers(ctx, run);
    return runPreviewOf(ctx, run, { isInServer: isServer, blockers });
  },
});

/** Begins a revert as it was shown. */
export const beginRevert = controlCommand({
  name: "incident.revert",
  input: z.object({ run: runId, ...rulesToOverride }),
  output: begunDocument,
  run: async (ctx, { run, override, reason }, hooks) => {
    if (override.length > 0) await overrideRules(ctx, override, reason);
    const claimed = await claimRevert(ctx, run, requesterOf(ctx.actor));
    await hooks.carryOutRun(ctx, claimed);
    return { workspace: ctx.workspace.id, run };
  },
});

function asDocument(ctx: Context, incident: Incident): OneIncidentDocument {
  return { workspace: ctx.workspace.id, incident: incidentOf(incident) };
}

function incidentOf({ key, title, startedBy, startedAt, endedBy, endedAt }: Incident): IncidentDocument {
  return {
    key,
    title,
    startedBy: formatActor(startedBy),
    startedAt,
    endedBy: endedBy && formatActor(endedBy),
    endedAt,
  };
}
