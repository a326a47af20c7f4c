import type { Command } from "commander";
import type { CliDeps, Out } from "../cli-context.ts";
import { sanitize } from "../sanitize.ts";
import { tableFor } from "../table.ts";
import { printAnswer, withCommonOptions, type CommonOptions } from "./common-options.ts";
import { listAgents, type AgentListDocument } from "./list-agents.ts";

/** `patchbay number agents`: what the menu *Agent* of a form shows in Slack. */
export function addAgentsVerb(number: Command, deps: CliDeps): void {
  withCommonOptions(number.command("agents [connection]"))
    .description("list the agents that can be given to a number, of one connection or of all")
    .addHelpText(
      "after",
      '\nExamples:\n  patchbay number agents\n  patchbay number agents "Cartesia prod" --json',
    )
    .action(async (connection: string | undefined, options: CommonOptions) =>
      printAnswer(deps, listAgents, { connection }, options, printAgents),
    );
}

function printAgents(out: Out, { agents, unanswered }: AgentListDocument): void {
  const rows = agents.map(({ name, id, connection }) => [name, id, connection.name]);
  if (rows.length > 0) out.out(tableFor(out, ["AGENT", "ID", "CONNECTION"], rows, 60));
  const notes = [
    ...(rows.length === 0 ? ["There is no agent that can be given to a number."] : []),
    ...unanswered.map(
      ({ connection, problem }) => `The agents of ${connection.name} are missing here: ${problem}`,
    ),
  ];
  for (const note of notes) out.err(`${sanitize(note)}\n`);
}
