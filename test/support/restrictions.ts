import type { Harness } from "../../src/demo/harness.ts";
import type { ApprovalCount } from "../../src/domain/access/protection.ts";
import type { WorkspaceSettings } from "../../src/domain/access/workspace-settings.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { person, toldAlone } from "./screen.ts";

/** Settles something for a workspace, as an admin would, in the place of what was settled of it before. */
export async function settle(
  harness: Harness,
  settings: Partial<WorkspaceSettings>,
  workspaceId = "T0PATCH01",
): Promise<void> {
  const store = harness.infra.store.workspace(workspaceId).settings;
  const { settings: before } = await store.readNow();
  await store.write(
    { ...before, ...settings },
    { actor: { kind: "cli", osUser: "test" }, requestId: harness.infra.newId("req"), outcome: "applied" },
  );
}

/** Protects a number, or all numbers of its connection, and switches approvals on. */
export async function protectNumber(
  harness: Harness,
  numberId: string | undefined,
  {
    approvals = 1,
    ...protection
  }: Partial<NonNullable<WorkspaceSettings["protection"]>> & { readonly approvals?: ApprovalCount } = {},
  vendor: VendorId = "cartesia",
): Promise<void> {
  const connectionId = harness.connections[vendor]?.id ?? "";
  await settle(harness, { protection: { on: true, minutes: 30, breakGlass: false, ...protection } });
  await harness.infra.store.workspace("T0PATCH01").protections.set(
    { connectionId, numberId, title: "Roadside", approvals, at: new Date(0).toISOString() },
    {
      kind: "protection.set",
      actor: { kind: "cli", osUser: "test" },
      requestId: harness.infra.newId("req"),
      outcome: "applied",
    },
  );
}

/** Somebody freezes all numbers with a line, and confirms that. */
export async function freezeAll(
  harness: Harness,
  userId: string,
  line: string,
  { channelId, teamId }: { readonly channelId?: string; readonly teamId?: string } = {},
): Promise<void> {
  const who = person(harness, userId, teamId);
  await who.command(line, channelId === undefined ? {} : { channelId });
  await who.click("freeze_all", { in: await toldAlone(harness, userId, "Freeze all numbers") });
}
