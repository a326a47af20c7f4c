import { isProblem } from "../../domain/problem/problem.ts";

/** Asks about the workspace that was named, or else about each one that there is. */
export async function inEachWorkspace<Answer>(
  named: string | undefined,
  ask: (workspace: string | undefined) => Promise<Answer>,
): Promise<readonly Answer[]> {
  try {
    return [await ask(named)];
  } catch (error) {
    const several =
      named === undefined && isProblem(error, "invalid_input") && error.details.field === "workspace";
    if (!several) throw error;
    const answers: Answer[] = [];
    // One after the other: a command that works on its own locks the database.
    for (const workspace of error.details.nearest ?? []) answers.push(await ask(workspace));
    return answers;
  }
}
