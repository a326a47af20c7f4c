import { Problem } from "../../domain/problem/problem.ts";

/** An SQL condition: whether a change with `@requestId` is on record. Without such an id, none is. */
export const isRepeatedSql = `EXISTS (SELECT 1 FROM audit_entries
  WHERE workspace_id = @workspaceId AND request_id = @requestId AND kind = 'change.requested')`;

/** The Problem of a change that was recorded before. */
export function alreadyRequested(): Problem {
  return new Problem("already_requested", "This change was asked for already.");
}
