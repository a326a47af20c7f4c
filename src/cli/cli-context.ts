import type { Actor } from "../domain/shared/actor.ts";
import type { AuditArchive } from "../domain/audit/audit-archive.ts";
import type { Installations } from "../domain/ports/installations.ts";
import type { Replicas } from "../domain/ports/replicas.ts";
import type { Retention, VerifySegment } from "../domain/ports/retention.ts";
import type { SealedSecrets } from "../domain/ports/sealed-secrets.ts";
import type { WebhookSender } from "../domain/webhooks/webhook-sender.ts";
import type { Store } from "../domain/ports/store.ts";
import type { VendorAccounts, VendorId } from "../domain/vendor/vendor.ts";
import type { ContextFor } from "../operations/shared/context-factory.ts";
import type { ControlSocket } from "./control/control-client.ts";
import type { ManifestCode } from "./doctor/manifest.ts";

/** Where text is written. Texts contain their own line breaks. */
export interface Out {
  out(text: string): void;
  err(text: string): void;
  /** On a terminal: writes a line in place of the last one; undefined leaves it as it is. */
  progress?(line: string | undefined): void;
  /** Resolves when the written text was consumed, so that a slow reader does not fill the memory. */
  drained?(): Promise<void>;
  /** Resolves to whether the written text arrived: not if it is a pipe that somebody has closed. */
  arrived?(): Promise<boolean>;
  /** Whether `out` is a terminal. */
  readonly isTTY: boolean;
  /** How many characters a line of the terminal has. */
  readonly columns?: number | undefined;
}

/** Input from a person or a pipe. Answers are undefined at the end of input. */
export interface Input {
  /** Whether a person can be asked. */
  readonly isTTY: boolean;
  /** Reads a line. A person sees the question. */
  line(question: string): Promise<string | undefined>;
  /** Reads a line without echoing it. */
  secret(question: string): Promise<string | undefined>;
  /** After the last question: gives the terminal back, so that Ctrl-C reaches the process. */
  release(): void;
}

/** The parts of the infrastructure that commands need. `app.ts` opens it. */
export interface CliInfrastructure {
  readonly store: Store;
  readonly installations: Installations;
  readonly secrets: SealedSecrets;
  readonly retention: Retention;
  readonly accounts: VendorAccounts;
  readonly webhookSender: Pick<WebhookSender, "checkUrl">;
  /** The servers on the database; undefined where there can be only one. */
  readonly replicas: Replicas | undefined;
  newId(prefix: string): string;
  /**
   * Signs the audit logs as they are, and records that. Returns the faults, and where checkpoints that did not match
   * are kept.
   */
  acceptAuditLog(
    actor: Actor,
    reason: string,
  ): Promise<{ readonly faults: readonly string[]; readonly keptFile: string | undefined }>;
  readonly contextFor: ContextFor;
  close(): Promise<void>;
}

/** How commands that work with numbers reach the database. */
export interface ControlAccess {
  /** Where the running server would listen; undefined if there can be no such socket. */
  socket(): ControlSocket | undefined;
  /**
   * Opens the database for this command alone. Throws an error that `isInUse` recognizes, a ConfigError, or an ordinary
   * error with a readable message.
   */
  openAlone(): Promise<CliInfrastructure>;
  pause(ms: number): Promise<void>;
}

/** The running server. */
export interface Running {
  /** Resolves when the connection to Slack is permanently lost. */
  readonly lost: Promise<void>;
  /** Waits for running changes. Resolves to whether all of them finished in time. */
  stop(): Promise<boolean>;
}

/** The owner of a bot token according to Slack, and its scopes if Slack says them. */
export interface TokenOwner {
  readonly workspace: string;
  readonly scopes: readonly string[] | undefined;
}

/**
 * The dependencies of the command line, passed in by `main.ts`: it imports no other module, and tests pass their own.
 */
export interface CliDeps {
  readonly version: string;
  readonly out: Out;
  readonly input: Input;
  now(): Date;
  osUser(): string;
  /** The commit that a pipeline works for, if this is one. */
  builtCommit?(): string | undefined;
  /** Calls this in place of ending, once, if a person presses Ctrl-C. Returns how to take that back. */
  onInterrupt(act: () => void): () => void;
  /** Starts the server. Throws a ConfigError, or an ordinary error with a readable message. */
  start(): Promise<Running>;
  /** Resolves when the process is asked to exit. Only the server listens for that. */
  untilAskedToEnd(): Promise<void>;
  /**
   * Opens the database, even while a server runs. Without `create`, a missing database is an error, so that a mistyped
   * path does not look like an empty audit log. Throws a ConfigError, or an ordinary error with a readable message.
   */
  openInfrastructure(options: { readonly create: boolean }): CliInfrastructure | Promise<CliInfrastructure>;
  readonly control: ControlAccess;
  /**
   * Brings PostgreSQL's schema up to date, and gives a role the server's rights. Returns what was done, as text.
   * Throws an ordinary error with a readable message.
   */
  migrate(role: string | undefined): Promise<string>;
  /**
   * Copies everything to another database. Returns what was done, as text. Throws a ConfigError, or an ordinary error
   * with a readable message.
   */
  moveDatabase(target: { readonly to: string; readonly grantTo: string | undefined }): Promise<string>;
  /**
   * Opens the audit log of all workspaces for reading. Throws a ConfigError, or an ordinary error with a readable
   * message.
   */
  archive(): Promise<AuditArchive>;
  /** Verifies the file of a segment, without any database. */
  readonly verifySegment: VerifySegment;
  /** Parses all settings of the server. Throws a ConfigError. */
  checkSettings(): void;
  /** The files that contain secrets or the audit log: settings, database, keys. Throws a ConfigError. */
  secretFiles?(): readonly string[];
  /**
   * Asks Slack who owns SLACK_BOT_TOKEN; undefined if that is not set. Throws an ordinary error with a readable
   * message.
   */
  tokenOwner(): Promise<TokenOwner | undefined>;
  /** The text of this version's manifest. */
  manifestText(): string;
  /** The vendors that can be connected. */
  readonly vendorIds: readonly VendorId[];
  /** What the code listens to. The manifest has to match it. */
  readonly code: ManifestCode;
}
