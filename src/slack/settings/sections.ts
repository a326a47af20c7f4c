import { channelsSection } from "./channels.ts";
import { driftSection } from "./drift.ts";
import { protectionSection } from "./protection.ts";
import { reasonSection } from "./reason.ts";
import { rolesSection } from "./roles.ts";
import type { SettingsSection } from "./section.ts";

/** The sections of the workspace's settings form, from top to bottom. */
export const settingsSections: readonly SettingsSection[] = [
  rolesSection,
  reasonSection,
  protectionSection,
  channelsSection,
  driftSection,
];
