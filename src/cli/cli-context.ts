import type { Actor } from "../domain/actor.ts";
import type { AuditArchive } from "../domain/audit-archive.ts";
import type { Installations } from "../domain/installations.ts";
import type { SealedSecrets } from "../domain/sealed-secrets.ts";
import type { Store } from "../domain/store.ts";
import type { VendorAccounts, VendorId } from "../domain/vendor.ts";
import type { Context } from "../operations/shared/context.ts";
import type { ManifestCode } from "./manifest.ts";

/** Where words go. Texts are written as they are, so they bring their own line breaks. */
export interface Out {
  out(text: string): void;
  err(text: string): void;
  /** Resolves when what was written has been taken, so that a slow reader does not fill the memory. */
  drained?(): Promise<void>;
  /** Whether a person reads `out` on a terminal. */
  readonly isTTY: boolean;
}

/** What a person, or a pipe, types. Answers are undefined when nothing (more) comes. */
export interface Input {
  /** Whether there is a person to be asked. */
  readonly isTTY: boolean;
  /** One line, with the question shown to a person. */
  line(question: string): Promise<string | undefined>;
  /** One line that is never shown while it is typed. */
  secret(question: string): Promise<string | undefined>;
}

/** The parts of the infrastructure that commands stand on; `app.ts` lays it. */
export interface CliInfrastructure {
  readonly store: Store;
  readonly installations: Installations;
  readonly secrets: SealedSecrets;
  readonly accounts: VendorAccounts;
  newId(prefix: string): string;
  /** Signs the audit logs as they are, on record; gives what was wrong, and where checkpoints that did not fit are kept. */
  acceptAuditLog(
    actor: Actor,
    reason: string,
  ): Promise<{ readonly faults: readonly string[]; readonly keptFile: string | undefined }>;
  contextFor(workspaceId: string, actor: Actor): Context;
  close(): Promise<void>;
}

/** The server while it runs. */
export interface Running {
  /** Resolves when the connection to Slack is lost for good. */
  readonly lost: Promise<void>;
  /** Lets running changes finish; resolves to whether all did in time. */
  stop(): Promise<boolean>;
}

/** Whose bot token Slack says it is, and what it may do where Slack says that. */
export interface TokenOwner {
  readonly workspace: string;
  readonly scopes: readonly string[] | undefined;
}

/** All that the command line is handed by `main.ts`, so that it knows no other module and tests can hand it theirs. */
export interface CliDeps {
  readonly version: string;
  readonly out: Out;
  readonly input: Input;
  now(): Date;
  osUser(): string;
  /** Starts the server. Throws a SettingsError, or an error in words. */
  start(): Promise<Running>;
  /** Resolves when the process is asked to end; only the server listens for that. */
  untilAskedToEnd(): Promise<void>;
  /**
   * Opens the database beside a server that may be running. Without `create` a database that is not there yet is an
   * error, so that a mistyped path is not taken for an empty audit log. Throws a SettingsError, or an error in words.
   */
  ground(options: { readonly create: boolean }): CliInfrastructure;
  /** Opens the audit log of all workspaces to read it. Throws a SettingsError, or an error in words. */
  archive(): AuditArchive;
  /** Reads all settings that the server needs. Throws a SettingsError. */
  checkSettings(): void;
  /** The files with secrets or with the audit log in them: settings, database, keys. Throws a SettingsError. */
  secretFiles?(): readonly string[];
  /** Asks Slack whose SLACK_BOT_TOKEN it is; undefined when it is not set. Throws an error in words. */
  tokenOwner(): Promise<TokenOwner | undefined>;
  /** The text of the manifest that belongs to this version. */
  manifestText(): string;
  /** The vendors that can be connected. */
  readonly vendorIds: readonly VendorId[];
  /** What the code listens to, which the manifest has to agree with. */
  readonly code: ManifestCode;
}
