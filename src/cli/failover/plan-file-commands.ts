import { z } from "zod";
import { parsePlan, planFile } from "../../domain/failover/plan-file.ts";
import { membersOf } from "../../domain/failover/plan.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { getPlan, newSlugFault, savePlan } from "../../operations/failover/save-plan.ts";
import { connectionIdsByText, connectionTextOf } from "../../operations/shared/connections-by-text.ts";
import { controlCommand } from "../control/control-command.ts";
import { faultDocument, faultsOf } from "../yaml/yaml-file.ts";
import { slug } from "./failover-commands.ts";

/** What is wrong with the file of a plan. */
export const planFaultsDocument = z.object({ workspace: z.string(), faults: z.array(faultDocument) });

/** A plan that was saved from a file. */
export const savedPlanDocument = z.object({
  workspace: z.string(),
  plan: z.string(),
  revision: z.number(),
  numbers: z.number(),
  /** Whether the revision before it was approved, which this one is not. */
  endedApproval: z.boolean(),
});
export type SavedPlanDocument = z.infer<typeof savedPlanDocument>;

/** A plan as a file has it. */
export const planFileDocument = z.object({
  workspace: z.string(),
  plan: z.string(),
  revision: z.number(),
  file: z.record(z.string(), z.unknown()),
});

const input = z.object({ file: z.unknown() });
const namedPlan = z.object({ plan: z.string() });

/** Looks for what is wrong with the file of a plan, and saves nothing. */
export const checkPlanFile = controlCommand({
  name: "failover.check-file",
  input,
  output: planFaultsDocument,
  run: async (ctx, { file }) => {
    await requireRoleAudited(ctx, "admin", "manage failover plans");
    const { connections, id: workspace } = ctx.workspace;
    const { faults = [] } = parsePlan(file, connectionIdsByText(await connections.list()));
    const { plan: named = "" } = namedPlan.safeParse(file).data ?? {};
    const ofName = await newSlugFault(ctx, named);
    const own = ofName === undefined ? [] : [{ path: ["plan"], message: ofName }];
    return { workspace, faults: faultsOf([...own, ...faults]) };
  },
});

export const importPlan = controlCommand({
  name: "failover.import",
  input,
  output: savedPlanDocument,
  run: async (ctx, { file }) => {
    const { connections, planStates, id: workspace } = ctx.workspace;
    const { plan, faults } = parsePlan(file, connectionIdsByText(await connections.list()));
    // It was checked a moment ago, so a connection has gone meanwhile.
    if (!plan) throw new Problem("invalid_input", faults.map(({ message }) => message).join(" "));
    const saved = await savePlan(ctx, plan);
    const { approval } = (await planStates.find(plan.slug)) ?? {};
    return {
      workspace,
      plan: plan.slug,
      revision: saved.revision,
      numbers: membersOf(saved.plan).length,
      endedApproval: approval?.revision === saved.revision - 1,
    };
  },
});

export const exportPlan = controlCommand({
  name: "failover.export",
  input: z.object({ plan: slug }),
  output: planFileDocument,
  run: async (ctx, asked) => {
    const { plan, revision } = await getPlan(ctx, asked.plan);
    const textOf = connectionTextOf(await ctx.workspace.connections.list());
    const file = { ...planFile(plan, textOf) };
    return { workspace: ctx.workspace.id, plan: plan.slug, revision, file };
  },
});
