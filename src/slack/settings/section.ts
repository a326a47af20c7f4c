import type { KnownBlock } from "@slack/types";
import type { OnCallSchedule } from "../../domain/access/on-call.ts";
import type { WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import type { ChangedSettings } from "../../operations/workspace/change-settings.ts";
import type { UserGroup } from "../context/user-groups.ts";
import type { TypedInput } from "./settings-form-state.ts";

/** The values of a topic's inputs, by action_id. */
export type SettingsValues = ReadonlyMap<string, TypedInput>;

/** The options of a settings form. */
export interface Offered {
  /** Undefined if user groups cannot be offered. */
  readonly groups: readonly UserGroup[] | undefined;
  /** Why they cannot be offered. */
  readonly noGroups: string | undefined;
  /** The on-call schedules of the workspace. */
  readonly schedules: readonly Pick<OnCallSchedule, "id" | "name" | "tool">[];
}

/** The result of reading one topic or all: changed settings, or errors by block_id. */
export type ReadSection =
  | { change(before: WorkspaceSettings): ChangedSettings }
  | { readonly errors: Readonly<Record<string, string>> };

/** One topic of the settings form: its inputs, and how to read them. */
export interface SettingsSection {
  readonly id: string;
  readonly title: string;
  blocks(settings: WorkspaceSettings, offered: Offered): readonly KnownBlock[];
  /** `withGroups`: whether the form had inputs for user groups. Without them, groups stay unchanged. */
  read(values: SettingsValues, withGroups: boolean): ReadSection;
}
