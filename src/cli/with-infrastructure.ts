import { InvalidArgumentError } from "commander";
import { isProblem, Problem } from "../domain/problem/problem.ts";
import type { Context } from "../operations/shared/context.ts";
import type { CliDeps, CliInfrastructure } from "./cli-context.ts";

/** Opens the infrastructure for one command, and always closes it. */
export async function withInfrastructure<T>(
  deps: CliDeps,
  options: { readonly create: boolean },
  act: (infra: CliInfrastructure) => Promise<T>,
): Promise<T> {
  const infra = await deps.openInfrastructure(options);
  try {
    return await act(infra);
  } finally {
    await infra.close();
  }
}

/**
 * Runs one request in a workspace as the current system user. Its Problems contain the request id from the audit log.
 */
export async function asRequest<T>(
  deps: CliDeps,
  infra: CliInfrastructure,
  workspaceId: string,
  act: (ctx: Context) => Promise<T>,
): Promise<T> {
  const ctx = infra.contextFor(workspaceId, { kind: "cli", osUser: deps.osUser() });
  try {
    return await act(ctx);
  } catch (error) {
    if (!isProblem(error)) throw error;
    throw new Problem(error.code, error.message, { id: ctx.requestId, ...error.details }, error);
  }
}

/** Parses the id of a workspace (T…) or of an org-wide install (E…). */
export function readWorkspaceId(typed: string): string {
  if (/^[TE][A-Z0-9]{2,30}$/u.test(typed)) return typed;
  throw new InvalidArgumentError("It looks like T0123ABCD, or E0123ABCD for an org-wide install.");
}

/** Throws an ordinary error if Patchbay has nothing of that workspace. `nothing` says what was not done. */
export async function requireWorkspace(
  { store }: CliInfrastructure,
  workspaceId: string,
  nothing: string,
): Promise<void> {
  const known = await store.workspaceIds();
  if (known.includes(workspaceId)) return;
  const others = known.length === 0 ? "It knows none yet." : `It knows ${known.join(", ")}.`;
  throw new Error(`Patchbay does not know the workspace ${workspaceId}. ${others} ${nothing}`);
}

/** The workspaces that a command without --workspace applies to. */
export async function workspacesOf(
  infra: CliInfrastructure,
  workspaceId: string | undefined,
): Promise<readonly string[]> {
  return workspaceId === undefined ? infra.store.workspaceIds() : [workspaceId];
}
