import { approvalsSection } from "./protection.ts";
import { channelsSection } from "./channels.ts";
import { driftSection } from "./drift.ts";
import { firstCallSection } from "./first-call.ts";
import { holdingAgentSection } from "./holding-agent.ts";
import { formOutOfDate } from "../forms/private-metadata.ts";
import { reasonSection } from "./reason.ts";
import { rolesSection } from "./roles.ts";
import type { RequestContext } from "../context/request-context.ts";
import { operatorsSection } from "./operators.ts";
import type { SettingsSection } from "./section.ts";

/** The topics of the workspace's settings form, in the order of its menu. */
export const settingsSections: readonly SettingsSection[] = [
  rolesSection,
  reasonSection,
  approvalsSection,
  channelsSection,
  holdingAgentSection,
  driftSection,
  firstCallSection,
];

/** The topics of a settings form: those of the workspace, or one about a connection. */
export async function sectionsOf(
  req: RequestContext,
  connectionId: string | undefined,
): Promise<readonly SettingsSection[]> {
  if (connectionId === undefined) return settingsSections;
  return [operatorsSection(await req.ctx.workspace.connections.get(connectionId))];
}

/** The topic with this id; the first one without an id. Throws invalid_input for an unknown id. */
export function sectionById(sections: readonly SettingsSection[], id: string | undefined): SettingsSection {
  const found = id === undefined ? sections[0] : sections.find((each) => each.id === id);
  if (!found) throw formOutOfDate();
  return found;
}
