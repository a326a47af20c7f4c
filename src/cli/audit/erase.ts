import { InvalidArgumentError, type Command } from "commander";
import type { ErasePlan } from "../../domain/ports/retention.ts";
import { plural } from "../../domain/text/plural.ts";
import type { CliDeps, CliInfrastructure } from "../cli-context.ts";
import { ended } from "../exit-error.ts";
import { sanitize } from "../sanitize.ts";
import { readWorkspaceId, requireWorkspace, withInfrastructure } from "../with-infrastructure.ts";

interface EraseOptions {
  readonly workspace: string;
  readonly dryRun?: true;
}

/** `patchbay erase`: makes a person's id and reasons in the audit log unreadable, while every hash stays right. */
export function addErase(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("erase")
    .argument("<user>", "a Slack user id", readUser)
    .description("erase a person from a workspace's audit log: destroys the key of their id and reasons")
    .requiredOption("-w, --workspace <id>", "the workspace", readWorkspaceId)
    .option("--dry-run", "only say what would remain, and what stands in the way")
    .addHelpText(
      "after",
      `
Afterwards history and exports show “erased person” with a short code, and every hash stays right. It cannot be
undone. Deactivate the person in Slack first: Patchbay cannot see there who is an admin. It refuses under a legal
hold, for somebody whom the settings, a token or something open still names, and for somebody it does not know.

It does not reach backups, exports, messages in Slack and what other systems got by webhooks. Entries from before
people were sealed name them as they are: retire those months. It says what remains.

Examples:
  patchbay erase U0123ABCD --workspace T0123ABCD --dry-run
  patchbay erase U0123ABCD --workspace T0123ABCD`,
    )
    .action(async (userId: string, options: EraseOptions) =>
      withInfrastructure(deps, { create: false }, async (infra) => erase(deps, infra, userId, options)),
    );
}

async function erase(
  deps: CliDeps,
  infra: CliInfrastructure,
  userId: string,
  { workspace, dryRun }: EraseOptions,
): Promise<void> {
  const { out } = deps;
  const { retention, newId } = infra;
  const nothing = "Nothing was erased.";
  await requireWorkspace(infra, workspace, nothing);
  const { isSealed, plain, obstacles, remains } = await retention.planErasure(workspace, userId);
  if (!isSealed && plain === 0 && remains.length === 0)
    throw new Error(`${workspace} does not know ${userId}. ${nothing}`);
  for (const words of obstacles) out.err(`patchbay: ${sanitize(words)}\n`);
  if (obstacles.length > 0) {
    out.err(`patchbay: ${nothing}\n`);
    throw ended(1);
  }
  if (dryRun) {
    out.out(
      isSealed ? "Their id and reasons in the audit log can be erased.\n" : "No entry of theirs is sealed.\n",
    );
    out.out(remainsText({ plain, remains }));
    return;
  }
  const erased = await retention.erase(workspace, userId, {
    kind: "person.erased",
    actor: { kind: "cli", osUser: deps.osUser() },
    requestId: newId("req"),
    outcome: "applied",
  });
  out.out(sanitize(`Erased. The audit log shows “${erased.label}” in their place.`) + "\n");
  out.out(remainsText({ plain, remains: erased.remains }));
}

function remainsText({ plain, remains }: Pick<ErasePlan, "plain" | "remains">): string {
  const lines = [
    ...(plain > 0
      ? [
          `${plain} older entries still name them: they are from before people were sealed. Retire those months.`,
        ]
      : []),
    ...remains.map(
      ({ table, rows }) => `${plural(rows, "row")} of ${table} still ${rows === 1 ? "names" : "name"} them.`,
    ),
  ];
  return lines.map((line) => `${sanitize(line)}\n`).join("");
}

function readUser(typed: string): string {
  if (/^[UW][A-Z0-9]{2,20}$/u.test(typed)) return typed;
  throw new InvalidArgumentError("It looks like U0123ABCD.");
}
