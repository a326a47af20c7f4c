import type { KnownBlock } from "@slack/types";
import type { WorkspaceSettings } from "../../domain/workspace-settings.ts";
import type { ChangedSettings } from "../../operations/workspace/change-settings.ts";
import type { InputValue } from "../forms/input-values.ts";
import type { UserGroup } from "../context/user-groups.ts";

/** What the inputs of a submitted form hold, by action_id. */
export type SettingsValues = ReadonlyMap<string, InputValue>;

/** What can be offered in a settings form beside what is settled. */
export interface Offered {
  /** Undefined where user groups are not offered. */
  readonly groups: readonly UserGroup[] | undefined;
  /** Why they are not. */
  readonly noGroups: string | undefined;
}

/** What a section makes of what was submitted: a change of the settings, or what is wrong, by block_id. */
export type ReadSection =
  | { change(before: WorkspaceSettings): ChangedSettings }
  | { readonly errors: Readonly<Record<string, string>> };

/** One part of the settings form: how it is asked and how it is read. */
export interface SettingsSection {
  blocks(settings: WorkspaceSettings, offered: Offered): readonly KnownBlock[];
  /** `withGroups` says whether the form asked for user groups; what was not asked stays as it was. */
  read(values: SettingsValues, withGroups: boolean): ReadSection;
}
