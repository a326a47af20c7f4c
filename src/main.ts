#!/usr/bin/env node
import { once } from "node:events";
import { existsSync, fstatSync, fsyncSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { startApp } from "./app.ts";
import { controlSocketOf, openAlone } from "./access/control-access.ts";
import { connectInfrastructure } from "./infrastructure.ts";
import { openArchive } from "./open-archive.ts";
import { verifySegment } from "./store/retention/verify-segment.ts";
import type { CliDeps, Out, TokenOwner } from "./cli/cli-context.ts";
import { exitErrorOf } from "./cli/exit-error.ts";
import { runCommandLine } from "./cli/program.ts";
import { streamInput } from "./cli/terminal-input.ts";
import { builtCommit, hasLauncher, configFromProcess, secretFiles } from "./config.ts";
import { migrateDatabase } from "./migrate-database.ts";
import { moveDatabase } from "./move-database.ts";
import type { Log } from "./domain/ports/log.ts";
import { logger } from "./logger.ts";
import { slackClients } from "./slack/context/web-clients.ts";
import { boltLogger } from "./slack/context/bolt-logger.ts";
import { manifestExpectations } from "./slack/server/manifest-expectations.ts";
import { stopRequest } from "./stop-request.ts";
import { vendorIds } from "./vendors/index.ts";

const out: Out = {
  out: (text) => {
    if (toFile) writeFileSync(process.stdout.fd, text);
    else process.stdout.write(text);
  },
  err: (text) => process.stderr.write(text),
  ...(process.stderr.isTTY ? { progress: writeProgress } : {}),
  drained: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
  },
  arrived: async () => {
    if (toFile) return true;
    // A command that asks this reports a lost output itself, and ends with its own exit code.
    process.stdout.off("error", endWithoutOutput).on("error", () => undefined);
    const arrived = await new Promise<boolean>((resolve) => {
      process.stdout.write("", (error) => resolve(!error));
    });
    if (arrived) process.stdout.on("error", endWithoutOutput);
    return arrived;
  },
  isTTY: process.stdout.isTTY,
  columns: process.stdout.columns,
};
const toFile = isFile(process.stdout.fd);
const input = streamInput(process.stdin, (text) => out.err(text));

// Everything that this process creates is accessible only by its own user, including files from libraries.
process.umask(0o077);

const deps: CliDeps = {
  version: packageVersion(),
  out,
  input,
  now: () => new Date(),
  osUser,
  builtCommit,
  onInterrupt: (act) => {
    process.once("SIGINT", act);
    return () => void process.off("SIGINT", act);
  },
  start: async () => {
    const settings = configFromProcess("slack");
    const log = logger(settings.logLevel);
    logWarnings(log);
    onCrash((error) => log.error({ err: error }, "crashed"));
    return startApp(settings, { version: packageVersion() });
  },
  untilAskedToEnd: async () => stopRequest({ followsLauncher: hasLauncher() }),
  openInfrastructure: async ({ create }) => {
    const settings = configFromProcess("database");
    if (!settings.postgres && !create && !existsSync(settings.databasePath)) {
      throw new Error(
        `There is no database ${settings.databasePath} yet. Start the server once, or correct DATABASE_PATH.`,
      );
    }
    // Standard output is for results. The log of a command goes to standard error.
    return connectInfrastructure(settings, { lock: false, logTo: process.stderr });
  },
  control: {
    socket: () => controlSocketOf(configFromProcess("database")),
    openAlone: async () => openAlone(configFromProcess("database"), process.stderr),
    pause: async (ms) => wait(ms),
  },
  migrate: async (role) => migrateDatabase(configFromProcess("audit"), role),
  moveDatabase: async (target) => moveDatabase(configFromProcess("database"), target),
  archive: async () => openArchive(configFromProcess("audit")),
  verifySegment,
  checkSettings: () => {
    configFromProcess("slack");
  },
  secretFiles: () => secretFiles(configFromProcess("audit")),
  tokenOwner,
  vendorIds,
  manifestText: () => readFileSync(new URL("../manifest.yml", import.meta.url), "utf8"),
  code: manifestExpectations,
};

// Slack's socket library can fail outside of every promise that we hold. Running work is on record.
onCrash((error) => out.err(exitErrorOf(error).text));
process.stdout.on("error", endWithoutOutput);
// There is nowhere left to report it.
process.stderr.on("error", () => undefined);

const exitCode = await runCommandLine(process.argv.slice(2), deps);
process.exitCode = exitCode;
input.release();
if (toFile) syncOutput();
// Not left to the event loop, which keep-alive sockets would hold up.
process.stdout.write("", () => process.exit(exitCode));

/** Replaces the line before, cut to the width of the terminal so that it stays one line. */
function writeProgress(line: string | undefined): void {
  const { columns } = process.stderr;
  process.stderr.write(line === undefined ? "\n" : `\r\u001B[2K${line.slice(0, columns - 1)}`);
}

/** Ends the process: its standard output takes nothing more. */
function endWithoutOutput(error: Error): void {
  // The reader may have closed the pipe: `patchbay audit | head`.
  if ("code" in error && error.code === "EPIPE") process.exit(process.exitCode);
  out.err(exitErrorOf(error).text);
  process.exit(1);
}

/** Whether standard output is a file or a device. Node writes to it synchronously and ignores partial writes. */
function isFile(fd: number): boolean {
  try {
    const found = fstatSync(fd);
    return found.isFile() || (found.isCharacterDevice() && !process.stdout.isTTY);
  } catch {
    // It was closed before this process started.
    return false;
  }
}

/** Some file systems report a full disk only at this point. */
function syncOutput(): void {
  try {
    fsyncSync(process.stdout.fd);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    // A device cannot be synced.
    if (code === "EINVAL" || code === "ENOTSUP" || code === "EROFS") return;
    out.err(exitErrorOf(error).text);
    process.exit(1);
  }
}

/** Logs Node's own warnings, in place of Node's text. */
function logWarnings(log: Log): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => log.warn({ from: "node", err: warning }, "warning"));
}

/** Reports an uncaught error and ends the process. Replaces the previous report. */
function onCrash(report: (error: unknown) => void): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.removeAllListeners(event);
    process.on(event, (error: unknown) => {
      report(error);
      process.exit(1);
    });
  }
}

async function tokenOwner(): Promise<TokenOwner | undefined> {
  const { slack, slackApiUrl, logLevel } = configFromProcess("slack");
  if (!slack?.botToken) return undefined;
  const {
    team,
    team_id: teamId,
    response_metadata: metadata,
  } = await slackClients(
    slackApiUrl,
    undefined,
    boltLogger(logger(logLevel, process.stderr), "web-api"),
  )(slack.botToken).patient.auth.test();
  return { workspace: `${team ?? "a workspace"} (${teamId ?? "no id"})`, scopes: metadata?.scopes };
}

function packageVersion(): string {
  const read: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return typeof read === "object" && read && "version" in read ? String(read.version) : "unknown";
}

function osUser(): string {
  try {
    // An "@" or " for " would make it look like a Slack user, or like one who acts for another.
    return userInfo().username.replaceAll("@", "_at_").replaceAll(/\s/gu, "_");
  } catch {
    // A container may run under a user id without a name.
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
