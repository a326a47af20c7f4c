import { existsSync, realpathSync, statSync } from "node:fs";
import type { DestinationStream } from "pino";
import type { Config } from "../config.ts";
import type { ControlSocket } from "../cli/control/control-client.ts";
import { openControlSocket, type ControlServer } from "../cli/control/control-server.ts";
import { connectInfrastructure, type Infrastructure } from "../infrastructure.ts";
import { isRunApproval } from "../domain/changes/approval.ts";
import { serverContexts } from "../server-contexts.ts";
import { notifyClosed } from "../slack/approval/notify-decision.ts";
import { notificationContext } from "../slack/context/request-context.ts";
import type { SlackDeps } from "../slack/context/services.ts";
import { lockDatabase } from "../sqlite/connection/lock.ts";

/**
 * Where the server listens for commands: beside its database file, whichever path leads to that. Undefined with
 * PostgreSQL, where commands use the database themselves, and before there is a database.
 */
export function controlSocketOf({ postgres, databasePath }: Config): ControlSocket | undefined {
  if (postgres || !existsSync(databasePath)) return undefined;
  const real = realpathSync(databasePath);
  return { path: `${real}.sock`, databasePath: real };
}

/**
 * Opens the database for one command while no server runs on it: a SQLite file is locked until it is closed, so that no
 * server starts meanwhile; on PostgreSQL, servers and commands share locks. Throws an error that `isInUse` recognizes,
 * or another one with a readable message.
 */
export async function openAlone(settings: Config, logTo?: DestinationStream): Promise<Infrastructure> {
  const { databasePath, postgres } = settings;
  if (!postgres && !existsSync(databasePath))
    throw new Error(
      `There is no database ${databasePath} yet. Start the server once, or correct DATABASE_PATH.`,
    );
  if (!postgres) requireOwnDatabase(databasePath);
  const held = postgres ? undefined : lockDatabase(databasePath);
  try {
    // On a terminal, a line for each request to a vendor would bury the answer.
    const logLevel = settings.logLevel === "info" ? "warn" : settings.logLevel;
    const infra = await connectInfrastructure({ ...settings, logLevel }, { lock: false, logTo });
    return {
      ...infra,
      close: async () => {
        await infra.close();
        held?.release();
      },
    };
  } catch (error) {
    held?.release();
    throw error;
  }
}

/** Root could open it, and leave files beside it that the server's user cannot use. */
function requireOwnDatabase(databasePath: string): void {
  const { uid } = statSync(databasePath);
  if (process.getuid?.() !== 0 || uid === 0) return;
  throw new Error(
    `${databasePath} belongs to user ${uid}. Run this command as that user: sudo -u '#${uid}' patchbay …`,
  );
}

/** Serves commands on this machine in the running server; not with PostgreSQL. */
export async function serveCommands(
  settings: Config,
  infra: Infrastructure,
  deps: SlackDeps,
  version = "unknown",
): Promise<ControlServer | undefined> {
  const socket = controlSocketOf(settings);
  if (!socket) return undefined;
  const { log, newId } = infra;
  const { store, backgroundTasks } = deps;
  return openControlSocket({
    ...serverContexts(infra, deps),
    path: socket.path,
    version,
    store,
    log,
    newId,
    track: (work) => backgroundTasks.track(work),
    checkWebhookUrl: (url) => infra.webhookSender.checkUrl(url),
    isServer: true,
    completeApproval: async (ctx, approval) => {
      const completing = deps.approvals.afterApproval(ctx, approval);
      backgroundTasks.track(completing);
      return isRunApproval(approval) || approval.state === "open" ? undefined : completing;
    },
    approvalClosed: (ctx, approval) =>
      backgroundTasks.track(
        notificationContext(deps, ctx, { userId: approval.asked.userId }).then(async (req) =>
          req ? notifyClosed(req, approval) : undefined,
        ),
      ),
    carryOutRun: async (ctx, run) => Promise.resolve(backgroundTasks.track(deps.carryOutRun(ctx, run))),
    checkRuns: () => deps.checkRuns(),
  });
}
