import { expect, it } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { noteText } from "../../../src/operations/alerts/note-worker.ts";
import { startWorld } from "../../support/world.ts";

it("says in the timeline of an alert what a fail-back had to leave", async () => {
  const { audit } = (await startWorld()).ctx.workspace;
  const counts = { changed: "2", of: "3", seconds: "4" };
  const details = { run: "run_2", kind: "back", plan: "silent", revision: "1", returns: "run_1", ...counts };
  const event: AuditEvent<"failover.returned"> = {
    kind: "failover.returned",
    actor: { kind: "system", job: "runs" },
    requestId: "req_1",
    details,
  };
  await audit.append(event);
  await audit.append({ ...event, details: { ...details, left: "1" } });
  const all = "Patchbay: failover silent was taken back: 2 of 3 numbers changed in 4 s";
  expect((await audit.entries({ limit: 2 })).map(noteText).toSorted()).toEqual([
    `${all} (run run_2).`,
    `${all}, 1 could not be put back (run run_2).`,
  ]);
});
