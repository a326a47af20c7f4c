import type { Actor } from "../../domain/shared/actor.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { Asked } from "../../operations/shared/refusal-summary.ts";
import type { CommandHooks } from "./control-command.ts";
import { controlCommands } from "./control-commands.ts";
import { problemAnswer, type ControlAnswer, type ControlRequest } from "./control-protocol.ts";

/** Where commands run: the server, or a process that has the database for itself. */
export interface ControlHost extends CommandHooks {
  readonly store: Pick<Store, "workspaceIds">;
  newId(prefix: string): string;
  /** A context of this request, in which people have the rights that they have here. */
  contextFor(workspaceId: string, actor: Actor, requestId: string, asked: Asked): Promise<Context>;
}

/** Runs the command of a request. Anything else than a Problem is a bug, and is thrown. */
export async function answerRequest(host: ControlHost, request: ControlRequest): Promise<ControlAnswer> {
  const command = controlCommands.get(request.command);
  if (!command) return { kind: "not_understood" };
  const requestId = host.newId("req");
  try {
    const workspaceId = await workspaceOf(host, request.workspace);
    const { osUser, as: forUserId } = request;
    const actor: Actor = { kind: "cli", osUser, ...(forUserId === undefined ? {} : { forUserId }) };
    // What was refused is counted together only with the same command.
    const asked = { act: `command ${command.name}`, content: JSON.stringify(request.input) };
    const ctx = await host.contextFor(workspaceId, actor, requestId, asked);
    return { kind: "answer", answer: await command.run(ctx, request.input, host) };
  } catch (error) {
    if (isProblem(error)) return problemAnswer(error, requestId);
    throw error;
  }
}

/** The workspace that was named, or the only one. */
async function workspaceOf({ store }: ControlHost, named: string | undefined): Promise<string> {
  const known = await store.workspaceIds();
  const [only, ...others] = known;
  if (named !== undefined && known.includes(named)) return named;
  const list = known.length === 0 ? "none yet" : known.join(", ");
  if (named !== undefined)
    throw new Problem("not_found", `Patchbay does not know the workspace ${named}. It knows ${list}.`, {
      field: "workspace",
      nearest: known,
    });
  if (only === undefined)
    throw new Problem("not_connected", "Patchbay does not know a workspace yet: add a connection first.");
  if (others.length === 0) return only;
  throw new Problem("invalid_input", `There are several workspaces: ${list}.`, {
    field: "workspace",
    nearest: known,
    next: { words: `Say which one: --workspace ${only}` },
  });
}
