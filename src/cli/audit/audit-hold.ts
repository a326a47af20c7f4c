import { Argument, type Command } from "commander";
import { statedReason } from "../../domain/access/reason-rule.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import type { CliDeps, CliInfrastructure } from "../cli-context.ts";
import { sanitize } from "../sanitize.ts";
import {
  readWorkspaceId,
  requireWorkspace,
  withInfrastructure,
  workspacesOf,
} from "../with-infrastructure.ts";

interface HoldOptions {
  readonly workspace?: string;
  readonly because?: string;
}

/** `patchbay audit hold`: keeps everything of a workspace's audit log, until it is lifted. */
export function addAuditHold(audit: Command, deps: CliDeps): void {
  audit
    .command("hold")
    .description("set or lift a legal hold on a workspace's audit log; without an argument, list them")
    .addArgument(new Argument("[state]", "on or off").choices(["on", "off"]))
    .option("-w, --workspace <id>", "the workspace; to set or lift, it is required", readWorkspaceId)
    .option("--because <reason>", "why; it is recorded, and required to set or lift")
    .addHelpText(
      "after",
      `
Under a hold, no entry is retired and nobody is erased. Setting and lifting are recorded.

Examples:
  patchbay audit hold
  patchbay audit hold on --workspace T0123ABCD --because "case 4711, legal@example.com"
  patchbay audit hold off --workspace T0123ABCD --because "case 4711 closed"`,
    )
    // Commander passes options that the parent command has too to the parent.
    .action(async (state: string | undefined, _: unknown, command: Command) => {
      const options: HoldOptions = command.optsWithGlobals();
      await withInfrastructure(deps, { create: false }, async (infra) =>
        state === undefined ? list(deps, infra, options) : setOrLift(deps, infra, state, options),
      );
    });
}

async function list({ out }: CliDeps, infra: CliInfrastructure, { workspace }: HoldOptions): Promise<void> {
  let found = 0;
  for (const id of await workspacesOf(infra, workspace)) {
    const hold = await infra.retention.hold(id);
    if (!hold) continue;
    found += 1;
    out.out(sanitize(`${id}: held since ${hold.at} by ${formatActor(hold.by)}: ${hold.reason}`) + "\n");
  }
  if (found === 0) out.err("There is no legal hold.\n");
}

async function setOrLift(
  deps: CliDeps,
  infra: CliInfrastructure,
  state: string,
  { workspace, because }: HoldOptions,
): Promise<void> {
  const { out } = deps;
  const reason = because === undefined ? undefined : statedReason(because);
  if (workspace === undefined) throw new Error("Name the workspace with --workspace. Nothing was changed.");
  if (reason === undefined) throw new Error("Say why with --because. Nothing was changed.");
  await requireWorkspace(infra, workspace, "Nothing was changed.");
  const actor = { kind: "cli", osUser: deps.osUser() } as const;
  const recorded = { actor, requestId: infra.newId("req"), reason, outcome: "applied" } as const;
  if (state === "on") {
    const at = deps.now().toISOString();
    await infra.retention.setHold(workspace, { by: actor, reason, at }, { kind: "hold.set", ...recorded });
    out.out(`${workspace} is under a legal hold: nothing of its audit log is removed.\n`);
    return;
  }
  if (!(await infra.retention.liftHold(workspace, { kind: "hold.lifted", ...recorded })))
    throw new Error(`${workspace} is under no legal hold. Nothing was changed.`);
  out.out(`The legal hold on ${workspace} is lifted.\n`);
}
